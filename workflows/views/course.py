"""How a case went through its SOP's steps: when it came to each, and what it took against its deadline."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import NOTHING, clock_of, is_late, worked
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.cases.case_context import state_of
from workflows.engine.chart import StepMark, chart
from workflows.engine.description import Step
from workflows.office import Office
from workflows.people.members import Member
from workflows.store import cases
from workflows.store.tables import Case, CaseStep
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import may_see


@dataclasses.dataclass(frozen=True, kw_only=True)
class Passage:
    """One step in a case's course. `took` is the working time of all its stays, `share` what that is of its deadline.

    `began` is None where the case was never there, `ended` None where it is there now.
    """

    step: Step
    mark: StepMark
    stays: int
    began: dt.datetime | None
    ended: dt.datetime | None
    took: dt.timedelta
    share: float
    late: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Course:
    """A case's course as it was `at` a moment."""

    case: Case
    at: dt.datetime
    passages: tuple[Passage, ...]


async def course_of(office: Office, work: UnitOfWork, case_id: int, member: Member) -> Course | None:
    """Return the course of a case; None where there is no such case for this person."""
    case = await cases.get(work, case_id)
    if case is None or not may_see(office.sop_of(case), case, member):
        return None
    sop, calendar, stays = office.sop_of(case), await calendar_of(work), await cases.steps(work, case.id)
    marks = {one.number: one.mark for one in chart(sop, state_of(case))}
    passages = tuple(
        _passage(step, marks[step.number], [stay for stay in stays if stay.step == step.id], calendar, work.now)
        for step in sop.steps
    )
    return Course(case=case, at=work.now, passages=passages)


def _passage(
    step: Step, mark: StepMark, stays: Sequence[CaseStep], calendar: WorkingCalendar, now: dt.datetime
) -> Passage:
    took = sum((worked(stay, calendar, now) for stay in stays), NOTHING)
    counted = sum((worked(stay, clock_of(step, calendar), now) for stay in stays), NOTHING)
    return Passage(
        step=step,
        mark=mark,
        stays=len(stays),
        began=stays[0].started_at if stays else None,
        ended=stays[-1].finished_at if stays else None,
        took=took,
        share=counted / step.deadline if step.deadline else 0.0,
        late=any(is_late(stay, step, calendar, now) for stay in stays),
    )
