"""One hosting that stands: its card, and what is said about what was ordered of it."""
