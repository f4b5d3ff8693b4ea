"""Once a month is over, on the first working day after it, its report goes to its readers; so does the year's."""

from __future__ import annotations

import dataclasses
from typing import Any

from workflows.calendar.office_calendar import calendar_of
from workflows.engine.description import Sop
from workflows.office import Office
from workflows.people import members
from workflows.reports.documents import document
from workflows.reports.figures import Period
from workflows.reports.gather import report
from workflows.reports.readers import READERS, readers_of
from workflows.store import outbox, settings
from workflows.store.unit_of_work import Database, UnitOfWork

NAME = "report_sent"
SENT_AS = ("png", "pdf")


async def send_what_is_over(office: Office, database: Database) -> None:
    """Send the reports of what has ended, in office hours, once, however often this is called."""
    async with database.read() as work:
        if not await _is_due(work):
            return
        sops, periods = office.all_in_force(members.today(work)), _over(work)
        wanted = [(sop, one) for sop in sops for one in periods if await _tells(work, sop, one)]
    files = [
        (sop, period, kind, await document(office, database, sop, period, kind))
        for sop, period in wanted
        for kind in SENT_AS
    ]
    async with database.write() as work:
        await settings.lock(work, NAME)
        if not await _is_due(work):
            return
        for sop, period, kind, file in files:
            for reader in await readers_of(work, [role for role in sop.roles if role.id in READERS]):
                key = f"report:{sop.code}:{period.year}-{period.month}:{kind}:{reader.chat}"
                await outbox.put(work, reader.chat, "office_file", {**file, **reader.params()}, key=key)
        await settings.put(work, NAME, _mark(work))


async def _is_due(work: UnitOfWork) -> bool:
    return await settings.get(work, NAME) != _mark(work) and (await calendar_of(work)).is_open(work.now)


def _mark(work: UnitOfWork) -> dict[str, Any]:
    """Return the month that is over, as it is noted once it was reported."""
    return dataclasses.asdict(Period.before(members.today(work)))


def _over(work: UnitOfWork) -> list[Period]:
    month = Period.before(members.today(work))
    return [month, Period(month.year)] if month.month == 12 else [month]


async def _tells(work: UnitOfWork, sop: Sop, period: Period) -> bool:
    """Whether anything happened: a month in which nobody used an SOP has no report."""
    found = await report(work, sop, period)
    moved = any(one.sums.count for one in found.steps)
    return moved or bool(found.opened) or any(month.ended for month in found.months)
