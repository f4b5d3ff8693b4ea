"""The line to Telegram: how it is, and what to mend where it is down."""
