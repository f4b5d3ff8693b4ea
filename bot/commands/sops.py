"""Descriptions of SOPs: checked, and printed as the official sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.asking import fail, say
from workflows.engine.description import Sop
from workflows.engine.reading import DescriptionError
from workflows.letters.sop_sheet import render_sheet

Which = Annotated[str, typer.Argument(help="an SOP's code, such as hosting, or a description's file")]


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="descriptions to check; those shipped if none")] = None,
) -> None:
    """Check SOP descriptions as `run` does at its start."""
    try:
        for path in files or sorted(bootstrap.SOPS.glob("*.toml")):
            sop = bootstrap.load_one(path)
            say(f"{path.name}: {sop.title}, version {sop.version}, {len(sop.steps)} steps: good")
    except DescriptionError as error:
        fail(str(error))


def print_sheet(
    which: Which,
    to: Annotated[Path, typer.Option("--to", help="the PDF to write")],
) -> None:
    """Print an SOP as its official sheet (PermenPANRB 35/2012): identity block, table and flowchart."""
    sop = _found(which)
    to.write_bytes(render_sheet(sop))
    say(f"{sop.number} {sop.title}, version {sop.version}: {to}")


def _found(which: str) -> Sop:
    """Return the SOP by its file or its code (the newest version); end with a sentence where there is none."""
    try:
        if which.endswith(".toml"):
            return bootstrap.load_one(Path(which))
        versions = [sop for (code, _), sop in bootstrap.load_sops().items() if code == which]
    except DescriptionError as error:
        fail(str(error))
    if not versions:
        known = ", ".join(sorted({code for code, _ in bootstrap.load_sops()}))
        fail(f"There is no SOP {which}; there are: {known}.")
    return max(versions, key=lambda sop: sop.version)
