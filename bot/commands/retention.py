"""What the night deletes because its time is over: now, or only counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import load, say, wait_for
from bot.settings import Settings
from workflows.retention import schedule

KINDS: Mapping[str, str] = {
    "updates": "what people sent, once answered",
    "messages": "what was said to them, from the end of its case",
    "searches": "what was searched for",
    "drafts": "forms that nobody went on with",
    "readings": "who opened which case",
    "own_files": "files of people's own data",
    "uploads": "files sent for a request, from its withdrawal",
    "leavers": "telephone number and account of people without an office",
    "usage": "days of what hostings used, of which the month's sums stay",
    "outages": "when sites were down, from the end of the incident",
    "findings": "what sites were suspected of, from when it was settled and last seen",
    "evidence": "suspected pages as they were found, and their pictures",
}


def retain(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be deleted, and delete nothing")] = False
) -> None:
    """Delete what was kept for its time, as the bot does each night."""
    found = load()
    counts = wait_for(_run(found, dry_run=dry_run))
    days = dataclasses.asdict(found.retention())
    verb = "would be deleted" if dry_run else "deleted"
    for kind, about in KINDS.items():
        say(f"{kind}: {counts[kind]} {verb} (kept {days[kind]} days: {about})")
    say("The ledger, cases, letters, and the uploads of what was decided stay: they are the office's archive (JRA).")


async def _run(found: Settings, *, dry_run: bool) -> Mapping[str, int]:
    async with bootstrap.open_database(found) as database:
        if dry_run:
            return await schedule.rehearse(database, found.retention())
        return await schedule.purge_by_night(database, bootstrap.file_store(found), found.retention())
