"""`layanan`: the command line. Each command lies in `bot/commands/`; here stands where."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from bot.late_command import LateCommand

COMMANDS = {
    "run": "office:run",
    "worker": "office:worker",
    "migrate": "office:migrate",
    "doctor": "office:doctor",
    "verify-ledger": "record:verify_ledger",
    "checkpoint": "record:checkpoint",
    "fingerprint": "record:fingerprint",
    "export": "record:export",
    "verify-bundle": "record:verify_bundle",
    "verify-letter": "letters:verify_letter",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "backup-keygen": "backup:backup_keygen",
    "keygen": "keys:keygen",
    "rotate-keys": "keys:rotate_keys",
    "replace-key": "keys:replace_key",
    "systemd": "systemd:systemd",
    "retention": "retention:retain",
    "guides": "guides:guides",
    "invite": "members:invite",
    "enter-official": "members:enter_official",
    "people": "members:list_people",
    "server": "server_group:app",
    "hosting": "hostings:app",
    "numbers": "numbers:app",
    "calendar": "calendar:app",
    "sop": "sop_group:app",
    "demo": "demo:demo",
}


class Layanan(TyperGroup):
    """All commands by their names; each is imported when it is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, place in COMMANDS.items():
            self.add_command(LateCommand(name, f"bot.commands.{place}"))


app = typer.Typer(cls=Layanan, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def layanan() -> None:
    """Run the office behind the hosting bot of DKISP Kota Tarakan."""


def main() -> None:
    """Run the command line."""
    app()
