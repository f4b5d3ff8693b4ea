"""Backups of hostings by restic: one encrypted repository a server, one snapshot a hosting with files and database."""
