"""What an administrator does: people, OPDs, the calendar."""
