"""Servers that hostings are made on: taken in, upgraded, taken off; their addresses, certificates and backups."""

from __future__ import annotations

from bot.commands import addresses, certificates, server_backups, servers

app = servers.app
app.add_typer(addresses.app, name="address")
app.command()(certificates.certificate)
app.command()(server_backups.backup)
app.command("backup-password")(server_backups.backup_password)
app.command("backup-keep")(server_backups.backup_keep)
