"""What an administrator sees: people, OPDs, the calendar."""
