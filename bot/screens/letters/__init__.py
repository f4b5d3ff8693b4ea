"""Letters: sent, waiting to be signed, checked."""
