"""Descriptions of SOPs: begun, checked, compared, printed."""

from __future__ import annotations

import typer

from bot.commands import new_sop, sops

app = typer.Typer(no_args_is_help=True)
app.command("new")(new_sop.new)
app.command("check")(sops.check)
app.command("diff")(sops.diff)
app.command("print")(sops.print_sheet)
