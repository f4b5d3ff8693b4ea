"""Two thousand people who press at a human pace: ours on SQLite and on PostgreSQL, and the bare rival."""
