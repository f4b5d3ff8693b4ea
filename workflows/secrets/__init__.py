"""Secrets at rest: sealed, opened, and sealed anew when the key changes."""
