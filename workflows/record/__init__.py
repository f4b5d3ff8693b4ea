"""What makes the record hold outside the office too: its audit, signed checkpoints, and a case as one signed bundle."""
