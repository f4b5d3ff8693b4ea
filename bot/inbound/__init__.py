"""What people send, turned into what the office does."""
