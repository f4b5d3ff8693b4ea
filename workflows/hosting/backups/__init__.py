"""Backups of hostings: asked for, made by night, before risky changes; given back; tried out each month."""
