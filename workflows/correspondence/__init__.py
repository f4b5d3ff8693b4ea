"""From a case to its letters: which facts a letter takes, when it is numbered, signed, rendered and previewed."""
