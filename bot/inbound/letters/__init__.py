"""Letters that people sign, send back and check."""
