"""The Telegram edge: the only package that knows Telegram."""
