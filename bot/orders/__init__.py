"""What may be ordered of a hosting that stands: one file a room of them, put together in `registry`."""
