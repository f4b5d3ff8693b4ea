"""Servers: observe, plan, apply, verify; no database, no Telegram."""
