"""What waits for a person and for how long, the longest first: the morning's digest."""

from __future__ import annotations

import dataclasses
import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import clock_of, worked
from workflows.office import Office
from workflows.people.members import Member
from workflows.store import clocks
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.lists import CaseLine, tasks


@dataclasses.dataclass(frozen=True, kw_only=True)
class Waiting:
    """A case that waits: `elapsed` is working time in its step, `left` what the deadline leaves (negative: late)."""

    line: CaseLine
    elapsed: dt.timedelta
    left: dt.timedelta


async def waiting_for(office: Office, work: UnitOfWork, member: Member) -> list[Waiting]:
    """Return what a person can do something about today, the longest waiting first."""
    lines = {line.case.id: line for line in await tasks(office, work, member)}
    stays, calendar = await clocks.present(work, list(lines)), await calendar_of(work)
    found = []
    for case_id, stay in sorted(stays.items(), key=lambda item: (item[1].started_at, item[0])):
        step = lines[case_id].step
        left = step.deadline - worked(stay, clock_of(step, calendar), work.now)
        found.append(Waiting(line=lines[case_id], elapsed=worked(stay, calendar, work.now), left=left))
    return found
