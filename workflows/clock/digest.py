"""One message on the morning of a working day to whoever has something to do, and to nobody else."""

from __future__ import annotations

import datetime as dt

from workflows import people
from workflows.calendar.keeping import calendar_of
from workflows.engine.chart import awaited
from workflows.engine.clock import reminded_roles
from workflows.occasion import state_of
from workflows.office import Office
from workflows.store import clocks, outbox, settings
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

NAME = "digest"
HOUR = 8  # WITA


async def tell_in_the_morning(office: Office, database: Database) -> None:
    """Put today's digests out where they are due: once a day, however often this is called, and never by night."""
    async with database.read() as work:
        if not await _is_due(work):
            return
        chats = await _who_may_have_tasks(office, work)
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


async def _who_may_have_tasks(office: Office, work: UnitOfWork) -> set[int]:
    """Return the chats of those for whom a case waits since before this morning: what came later has rung by itself.

    What waits is looked up when the message goes out.
    """
    asked = set()
    morning = work.now.astimezone(WITA).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    for case in await clocks.waiting_since(work, morning):
        sop = office.sop(case.sop_code, case.sop_version)
        for role_id in awaited(sop, state_of(case)) or reminded_roles(sop.step(case.step)):
            role = sop.role(role_id)
            asked.add((role, case.opd_id if role.scope == "opd" else None))
    acting = [person for role, opd_id in asked for person, _ in await people.who_acts(work, role, opd_id)]
    return {person.telegram_id for person in acting if person.telegram_id is not None}


def _today(work: UnitOfWork) -> str:
    return work.now.astimezone(WITA).date().isoformat()
