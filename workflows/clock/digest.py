"""One message on the morning of a working day to whoever has something to do, and to nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from workflows.calendar.office_calendar import calendar_of
from workflows.cases.case_context import state_of
from workflows.clock.signatures import chats_of_waiting
from workflows.engine.chart import awaited
from workflows.engine.clock import reminded_roles
from workflows.engine.description import Role
from workflows.office import Office
from workflows.people import members, without_telegram
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
    """Return the chats of those for whom a case or a letter waits since before this morning.

    What came later has rung by itself. What waits is looked up when the message goes out.
    """
    asked: dict[tuple[Role, int | None], set[str]] = {}  # offices, and who enters for each on paper
    morning = work.now.astimezone(WITA).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    for case in await clocks.waiting_since(work, morning):
        sop = office.sop(case.sop_code, case.sop_version)
        step = sop.step(case.step)
        for role_id in awaited(sop, state_of(case)) or reminded_roles(step):
            role = sop.role(role_id)
            office_of = (role, case.opd_id if role.scope == "opd" else None)
            asked.setdefault(office_of, set()).update(without_telegram.enterers(step, role_id))
    told: set[int] = set()
    for (role, opd_id), enterers in asked.items():
        told |= await _reached(work, role, opd_id, enterers)
    return told | await chats_of_waiting(work, morning)


async def _reached(work: UnitOfWork, role: Role, opd_id: int | None, enterers: Collection[str]) -> set[int]:
    """Return the chats of who acts in an office, or of who enters for it where it is held on paper only."""
    acting = [person for person, _ in await members.who_acts(work, role, opd_id)]
    if without_telegram.is_on_paper(role, acting):
        acting = [person for one in enterers for person in await members.holders(work, one)]
    return {person.telegram_id for person in acting if person.telegram_id is not None}


def _today(work: UnitOfWork) -> str:
    return work.now.astimezone(WITA).date().isoformat()
