"""`layanan`: the command line. What each command does lies in `bot/commands/`; here stands where."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from bot.late_command import LateCommand

COMMANDS = {
    "run": "commands.office:run",
    "worker": "commands.office:worker",
    "migrate": "commands.office:migrate",
    "doctor": "commands.office:doctor",
    "verify-ledger": "commands.record:verify_ledger",
    "checkpoint": "commands.record:checkpoint",
    "fingerprint": "commands.record:fingerprint",
    "export": "commands.record:export",
    "verify-bundle": "commands.record:verify_bundle",
    "verify-letter": "commands.letters:verify_letter",
    "backup": "commands.backup:backup",
    "restore": "commands.backup:restore",
    "backup-keygen": "commands.backup:backup_keygen",
    "keygen": "commands.keys:keygen",
    "rotate-keys": "commands.keys:rotate_keys",
    "replace-key": "commands.keys:replace_key",
    "systemd": "commands.systemd:systemd",
    "retention": "commands.retention:retain",
    "guides": "commands.guides:guides",
    "invite": "commands.members:invite",
    "enter-official": "commands.members:enter_official",
    "people": "commands.members:list_people",
    "server": "commands.server_group:app",
    "hosting": "commands.hostings:app",
    "numbers": "commands.numbers:app",
    "calendar": "commands.calendar:app",
    "sop": "commands.sop_group:app",
    "demo": "demo.command:demo",
}


class Layanan(TyperGroup):
    """All commands by their names; each is imported when it is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, place in COMMANDS.items():
            self.add_command(LateCommand(name, f"bot.{place}"))


app = typer.Typer(cls=Layanan, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def layanan() -> None:
    """Run the office behind the hosting bot of DKISP Kota Tarakan."""


def main() -> None:
    """Run the command line."""
    app()
