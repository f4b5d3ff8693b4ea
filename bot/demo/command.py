"""`layanan demo`: every role of the SOPs on one local page."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import say
from bot.commands.sops import put_in_use
from bot.demo.stage import run_demo


def demo(
    port: Annotated[int, typer.Option(help="where the local page is")] = 8081,
    sop: Annotated[
        list[Path] | None, typer.Option("--sop", help="an SOP of your own to play too; again for more")
    ] = None,
) -> None:
    """Play every role of the SOPs on one local page, with a sandboxed Telegram and a throw-away server."""
    with tempfile.TemporaryDirectory(prefix="layanan-demo-") as folder:  # the sandbox forgets too
        put_in_use(sop or [], Path(folder) / "sops")
        asyncio.run(run_demo(folder=Path(folder), port=port, say=say))
