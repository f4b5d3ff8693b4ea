"""Staging copies: what a hosting holds is put into another one of the same server, under its logins."""
