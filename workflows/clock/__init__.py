"""Steps against their time: what a stay has taken, reminders, escalation and the morning's digest. Decides nothing."""
