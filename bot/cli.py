"""`layanan`: the command line. Each command lies in `bot/commands/`; here they only get their names."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import (
    addresses,
    backup,
    calendar,
    certificates,
    guides,
    hostings,
    keys,
    letters,
    members,
    new_sop,
    numbers,
    office,
    record,
    retention,
    server_backups,
    servers,
    sops,
    systemd,
)
from bot.commands.console import say
from bot.demo.stage import run_demo

HELP = "The office behind the hosting bot of DKISP Kota Tarakan."

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=HELP)
sop = typer.Typer(no_args_is_help=True, help="Descriptions of SOPs.")

app.command()(office.run)
app.command()(office.worker)
app.command()(office.migrate)
app.command()(office.doctor)
app.command("verify-ledger")(record.verify_ledger)
app.command()(record.checkpoint)
app.command()(record.fingerprint)
app.command()(record.export)
app.command("verify-bundle")(record.verify_bundle)
app.command("verify-letter")(letters.verify_letter)
app.command()(backup.backup)
app.command()(backup.restore)
app.command("backup-keygen")(backup.backup_keygen)
app.command()(keys.keygen)
app.command("rotate-keys")(keys.rotate_keys)
app.command("replace-key")(keys.replace_key)
app.command()(systemd.systemd)
app.command("retention")(retention.retain)
app.command()(guides.guides)
app.command()(members.invite)
app.command("enter-official")(members.enter_official)
app.command("people")(members.list_people)
servers.app.add_typer(addresses.app, name="address")
servers.app.command()(certificates.certificate)
servers.app.command()(server_backups.backup)
servers.app.command("backup-password")(server_backups.backup_password)
servers.app.command("backup-keep")(server_backups.backup_keep)
app.add_typer(servers.app, name="server")
app.add_typer(hostings.app, name="hosting")
app.add_typer(numbers.app, name="numbers")
app.add_typer(calendar.app, name="calendar")
sop.command("new")(new_sop.new)
sop.command("check")(sops.check)
sop.command("diff")(sops.diff)
sop.command("print")(sops.print_sheet)
app.add_typer(sop, name="sop")


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="where the local page is")] = 8081,
    sop: Annotated[
        list[Path] | None, typer.Option("--sop", help="an SOP of your own to play too; again for more")
    ] = None,
) -> None:
    """Play every role of the SOPs on one local page, with a sandboxed Telegram and a throw-away server."""
    with tempfile.TemporaryDirectory(prefix="layanan-demo-") as folder:  # the sandbox forgets too
        sops.put_in_use(sop or [], Path(folder) / "sops")
        asyncio.run(run_demo(folder=Path(folder), port=port, say=say))


def main() -> None:
    """Run the command line."""
    app()
