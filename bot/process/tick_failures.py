"""A tick that keeps failing: counted for the metrics, kept, and told to the administrators once a day until it works.

A success is not written down, for most ticks come each minute: what is kept of a failing one is since when it fails.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot import metrics
from workflows.people import members
from workflows.people.notices import notice
from workflows.store import settings
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

PREFIX = "tick:"  # of the settings that keep them
TOLD_AFTER = dt.timedelta(minutes=10)  # what fails for less may be one bad minute of the database


@contextlib.asynccontextmanager
async def noted(database: Database, name: str) -> AsyncIterator[None]:
    """Note whether what is done in the block fails, and raise what it raises."""
    try:
        yield
    except Exception as error:
        metrics.TICK_FAILURES.labels(name).inc()
        async with database.write() as work:
            await _note(work, name, type(error).__name__)
        raise
    async with database.read() as work:
        failed_before = await settings.get(work, PREFIX + name) is not None
    if failed_before:
        async with database.write() as work:
            await settings.drop(work, PREFIX + name)


async def failing(work: UnitOfWork) -> Mapping[str, Mapping[str, Any]]:
    """Return by tick that fails: `since` when (ISO 8601) it did at each turn, how many `attempts`, the `error`."""
    found = await settings.beginning_with(work, PREFIX)
    return {key.removeprefix(PREFIX): value for key, value in found.items()}


async def _note(work: UnitOfWork, name: str, error: str) -> None:
    before = await settings.lock(work, PREFIX + name) or {"since": work.now.isoformat(), "attempts": 0}
    await settings.put(work, PREFIX + name, {**before, "attempts": before["attempts"] + 1, "error": error})
    if work.now - dt.datetime.fromisoformat(before["since"]) < TOLD_AFTER:
        return
    day = work.now.astimezone(WITA).date().isoformat()
    said = {"name": name, "since": before["since"], "error": error}
    for person in await members.admins(work):
        await notice(work, person, "kabar.jadwal_gagal", said, key=f"tick:{name}:{day}:{person.id}")
