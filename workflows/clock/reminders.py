"""Who must act is reminded as the time of a step runs out, and who stands above them hears when it is over.

The tables say what is due, so a look that was missed costs time, never a reminder; each goes out once, in office hours.
Nothing of a case changes by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import clock_of, in_norm, is_late, worked
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.cases import notify
from workflows.engine.clock import allowed, escalation_roles, next_reminder, reached, reminded_roles
from workflows.engine.description import Sop, Step
from workflows.office import Office
from workflows.store import cases, clocks, ledger, outbox
from workflows.store.tables import Case, CaseStep, Person
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database, UnitOfWork

BATCH = 500  # stays looked at in one transaction
BATCHES_MAX = 40  # of one look: a calendar that changed, or a database of an older version, takes several

log = structlog.get_logger(__name__)


async def send_reminders(office: Office, database: Database) -> None:
    """Wind the clocks that need it, count what ended stays took, and tell what is due."""
    await _wind(office, database)
    await _measure(office, database)
    async with database.read() as work:
        found = await clocks.due(work, BATCH) if (await calendar_of(work)).is_open(work.now) else []
    for stay in found:
        with structlog.contextvars.bound_contextvars(case=stay.case_id):
            async with database.write() as work:
                await _tell(office, work, stay.case_id, stay.id)


async def _wind(office: Office, database: Database) -> None:
    async def some(work: UnitOfWork, calendar: WorkingCalendar) -> int:
        found = await clocks.unwound(work, BATCH)
        for stay in found:
            sop, step = await _step_of(office, work, stay)
            _plan_next(stay, sop, step, calendar, work)
        return len(found)

    async with database.read() as work:
        if not await clocks.unwound(work, 1):
            return
    await _by_batches(database, some)


async def _measure(office: Office, database: Database) -> None:
    async def some(work: UnitOfWork, calendar: WorkingCalendar) -> int:
        found = await clocks.unmeasured(work, BATCH)
        for stay in found:
            _, step = await _step_of(office, work, stay)
            stay.worked_seconds = int(worked(stay, calendar, work.now).total_seconds())
            stay.late = is_late(stay, step, calendar, work.now)
            stay.in_norm = in_norm([stay], step, calendar, work.now)
        return len(found)

    async with database.read() as work:
        if not await clocks.unmeasured(work, 1):
            return
    await _by_batches(database, some)


async def _by_batches(database: Database, some: Callable[[UnitOfWork, WorkingCalendar], Awaitable[int]]) -> None:
    """Do some in a transaction of its own, until less than a batch is left: others get their turn in between."""
    for _ in range(BATCHES_MAX):
        async with database.write() as work:
            await work.lock_record()
            if await some(work, await calendar_of(work)) < BATCH:
                return


def _plan_next(stay: CaseStep, sop: Sop, step: Step, calendar: WorkingCalendar, work: UnitOfWork) -> None:
    percent = next_reminder(sop, stay.reminded)
    if percent is None:
        stay.reminded, stay.due_at = clocks.ALL_TOLD, None
        return
    clock = clock_of(step, calendar)
    stay.due_at = clock.after(work.now, allowed(step, percent) - worked(stay, clock, work.now))


async def _tell(office: Office, work: UnitOfWork, case_id: int, stay_id: int) -> None:
    """Tell what a stay has reached, in the transaction that notes it as told."""
    case, stay = await cases.lock(work, case_id), await clocks.stay(work, stay_id)
    if case is None or stay is None or stay.finished_at is not None or stay.due_at is None:
        return
    calendar = await calendar_of(work)
    if stay.paused_at is not None or not calendar.is_open(work.now):
        return
    sop, step = await _step_of(office, work, stay)
    percent = reached(sop, step, worked(stay, clock_of(step, calendar), work.now), stay.reminded)
    if percent is not None:
        await _remind(work, sop, case, stay, percent)
        stay.reminded = percent
    _plan_next(stay, sop, step, calendar, work)


async def _remind(work: UnitOfWork, sop: Sop, case: Case, stay: CaseStep, percent: int) -> None:
    step = sop.step(stay.step)
    acting = await _who_act(work, sop, case, reminded_roles(step))
    above = await _who_act(work, sop, case, escalation_roles(sop, step)) if percent == clocks.ALL_TOLD else {}
    above = {chat: person for chat, person in above.items() if chat not in acting}
    params: MessageParams = {"case": case.id, "stay": stay.id}
    for kind, chats in (("reminder", acting), ("escalation", above)):
        for chat in chats:
            await outbox.put(work, chat, kind, params, key=f"{kind}:{stay.id}:{percent}:{chat}", case_id=case.id)
    log.info("reminded", number=case.number, step=step.id, percent=percent, people=len(acting), above=len(above))
    if above:
        told = sorted(person.id for person in above.values())
        data = {"number": case.number, "step": step.id, "told": told}
        await ledger.append(work, "deadline_over", case_id=case.id, data=data)


async def _who_act(work: UnitOfWork, sop: Sop, case: Case, roles: tuple[str, ...]) -> dict[int, Person]:
    """Return who acts in one of these roles for a case, by chat: a Plh in the place of who is absent."""
    found = [person for role in roles for person in await notify.who_acts_for(work, sop, case, role)]
    return {person.telegram_id: person for person in found if person.telegram_id is not None}


async def _step_of(office: Office, work: UnitOfWork, stay: CaseStep) -> tuple[Sop, Step]:
    case = await cases.get(work, stay.case_id)
    assert case is not None  # noqa: S101 - a stay refers to its case
    sop = office.sop(case.sop_code, case.sop_version)
    return sop, sop.step(stay.step)
