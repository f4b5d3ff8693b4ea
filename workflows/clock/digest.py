"""One message on the morning of a working day to whoever has something to do, and to nobody else."""

from __future__ import annotations

import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.clock.waiting import chats_with_tasks
from workflows.office import Office
from workflows.store import outbox, settings
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

NAME = "digest"
HOUR = 8  # WITA


async def tell_in_the_morning(office: Office, database: Database) -> None:
    """Put today's digests out where they are due: once a day, however often this is called, and never by night."""
    async with database.read() as work:
        if not await _is_due(work):
            return
        chats = await chats_with_tasks(office, work, _morning(work))
    async with database.write() as work:
        await settings.lock(work, NAME)
        if not await _is_due(work):
            return
        today = _today(work)
        for chat in sorted(chats):
            await outbox.put(work, chat, "digest", {"day": today}, key=f"digest:{today}:{chat}")
        await settings.put(work, NAME, {"day": today})


async def _is_due(work: UnitOfWork) -> bool:
    last = await settings.get(work, NAME) or {}
    if last.get("day") == _today(work) or work.now.astimezone(WITA).time() < dt.time(HOUR):
        return False
    return (await calendar_of(work)).is_open(work.now)


def _morning(work: UnitOfWork) -> dt.datetime:
    return work.now.astimezone(WITA).replace(hour=HOUR, minute=0, second=0, microsecond=0)


def _today(work: UnitOfWork) -> str:
    return work.now.astimezone(WITA).date().isoformat()
