"""For whom something waits: who acts in the offices that cases are at, and who sees to letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from workflows.cases.case_context import state_of
from workflows.clock.signatures import chats_of_waiting
from workflows.engine.chart import awaited
from workflows.engine.clock import reminded_roles
from workflows.engine.description import Role
from workflows.office import Office
from workflows.people import members, without_telegram
from workflows.store import clocks
from workflows.store.unit_of_work import UnitOfWork


async def chats_with_tasks(office: Office, work: UnitOfWork, before: dt.datetime) -> set[int]:
    """Return the chats of those for whom a case or a letter waits since before a moment.

    What came later has rung by itself. What waits is looked up when the message goes out.
    """
    asked: dict[tuple[Role, int | None], set[str]] = {}  # offices, and who enters for each on paper
    for case in await clocks.waiting_since(work, before):
        sop = office.sop(case.sop_code, case.sop_version)
        step = sop.step(case.step)
        for role_id in awaited(sop, state_of(case)) or reminded_roles(step):
            role = sop.role(role_id)
            office_of = (role, case.opd_id if role.scope == "opd" else None)
            asked.setdefault(office_of, set()).update(without_telegram.enterers(step, role_id))
    told: set[int] = set()
    for (role, opd_id), enterers in asked.items():
        told |= await _reached(work, role, opd_id, enterers)
    return told | await chats_of_waiting(work, before)


async def _reached(work: UnitOfWork, role: Role, opd_id: int | None, enterers: Collection[str]) -> set[int]:
    """Return the chats of who acts in an office, or of who enters for it where it is held on paper only."""
    acting = [person for person, _ in await members.who_acts(work, role, opd_id)]
    if without_telegram.is_on_paper(role, acting):
        acting = [person for one in enterers for person in await members.holders(work, one)]
    return {person.telegram_id for person in acting if person.telegram_id is not None}
