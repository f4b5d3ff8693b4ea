"""A case as people see it: its card, what was said of it, its progress, its reminders."""
