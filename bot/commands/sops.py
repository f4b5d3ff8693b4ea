"""Descriptions of SOPs: checked, compared, and printed as the official sheet."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap, settings
from bot.commands.console import fail, say
from bot.description_faults import in_sentences
from bot.settings import SettingsError
from bot.texts import plain
from workflows import words
from workflows.engine.description import Sop
from workflows.engine.difference import SopChange, differences
from workflows.engine.fault import DescriptionError
from workflows.engine.versions import side_by_side
from workflows.letters.sop_sheet import render_sheet
from workflows.words import WITA

Which = Annotated[str, typer.Argument(help="an SOP's code, such as hosting, or a description's file")]


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="descriptions to check; those in use if none")] = None,
) -> None:
    """Check SOP descriptions as `run` does at its start, together with those in use."""
    used = bootstrap.descriptions(own_folder())
    asked = files or used
    try:
        read = {path.resolve(): bootstrap.load_one(path) for path in [*used, *asked]}
        side_by_side(read.values())
    except DescriptionError as error:
        fail(in_sentences(error))
    for path in asked:
        sop = read[path.resolve()]
        day = words.date(sop.effective_on)
        say(plain("uraian.baik", file=path.name, title=sop.title, version=sop.version, steps=len(sop.steps), day=day))


def put_in_use(files: list[Path], folder: Path) -> None:
    """Copy descriptions and their parts into an office's own folder; end with a sentence where one cannot run."""
    for path in files:
        try:
            sop = bootstrap.load_one(path)
        except DescriptionError as error:
            fail(in_sentences(error))
        for file in {path, *map(Path, sop.origins.values())}:
            target = folder / file.relative_to(path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)


def diff(
    older: Which,
    newer: Annotated[str, typer.Argument(help="the new version's file (or a code)")],
) -> None:
    """Say in words what a new version changes."""
    before, after = _found(older), _found(newer)
    found = differences(before, after)
    for change in found:
        say(_in_words(change))
    if not found:
        say(plain("perubahan.tidak_ada"))
    if before.code == after.code:
        day = words.date(after.effective_on)
        say(plain("perubahan.penutup", before=before.version, after=after.version, day=day))


def print_sheet(
    which: Which,
    to: Annotated[Path, typer.Option("--to", help="the PDF to write")],
) -> None:
    """Print an SOP as its official sheet (PermenPANRB 35/2012): identity block, table and flowchart."""
    sop = _found(which)
    to.write_bytes(render_sheet(sop))
    say(f"{sop.number} {sop.title}, version {sop.version}: {to}")


def _in_words(change: SopChange) -> str:
    part = plain(f"perubahan.bagian_{change.part}")
    if not change.aspect:
        return plain("perubahan.baru" if change.after else "perubahan.hilang", part=part, name=change.name)
    aspect = plain(f"perubahan.aspek_{change.aspect}")
    before, after = (_said(change.aspect, value) for value in (change.before, change.after))
    return plain("perubahan.lain", part=part, name=change.name, aspect=aspect, before=before, after=after)


def _said(aspect: str, value: str) -> str:
    if aspect == "berlaku":
        return words.date(dt.date.fromisoformat(value))
    return plain(f"perubahan.{value}") if value in ("True", "False") else value or "-"


def _found(which: str) -> Sop:
    """Return the SOP by its file, or by its code the version in force; end with a sentence where there is none."""
    try:
        if which.endswith(".toml"):
            return bootstrap.load_one(Path(which))
        known = bootstrap.load_sops(own_folder())
    except DescriptionError as error:
        fail(in_sentences(error))
    found = _in_force(known, which)
    if found is None:
        codes = ", ".join(sorted({code for code, _ in known}))
        fail(f"There is no SOP {which} in force; there are: {codes}.")
    return found


def _in_force(known: Mapping[tuple[str, int], Sop], code: str) -> Sop | None:
    today = dt.datetime.now(WITA).date()
    begun = [sop for sop in known.values() if sop.code == code and sop.effective_on <= today]
    return max(begun, key=lambda sop: sop.version, default=None)


def own_folder() -> Path | None:
    """Return the office's own folder, where this machine has an office at all."""
    try:
        return settings.load().sops_dir
    except SettingsError:
        return None
