"""What may be ordered of a hosting that stands: a file for the buttons that belong together; all are in `registry`."""
