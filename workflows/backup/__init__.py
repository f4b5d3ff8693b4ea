"""The whole state in one locked file, and back into an empty machine."""
