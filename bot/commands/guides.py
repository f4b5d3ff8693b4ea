"""`layanan guides`: the guides for the roles as PDF, to be printed or handed out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import say
from workflows.letters.guide import render_guide, titles
from workflows.words import WITA


def guides(to: Annotated[Path, typer.Option("--to", help="the folder to write them to")]) -> None:
    """Print the guide for each role (Indonesian) as a PDF."""
    to.mkdir(parents=True, exist_ok=True)
    today = dt.datetime.now(WITA).date()
    for role, title in titles().items():
        file = to / f"{title.replace(' ', '-')}.pdf"
        file.write_bytes(render_guide(role, today))
        say(str(file))
