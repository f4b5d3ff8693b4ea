"""A report's figures out of the store: a few sums, however many cases there are."""

from __future__ import annotations

from workflows.engine.description import Sop, Status
from workflows.hosting.server_capacity import capacity_on
from workflows.reports.figures import QUESTIONS, Ikm, MonthFigures, Period, Report, StepFigures, StepSums
from workflows.store import hostings, reports
from workflows.store.unit_of_work import UnitOfWork


async def report(work: UnitOfWork, sop: Sop, period: Period) -> Report:
    """Return the figures of an SOP in a period, also of cases under its older versions."""
    return Report(
        sop=sop,
        period=period,
        months=await _months(work, sop.code, period),
        steps=await _steps(work, sop, period),
        rooms=tuple([await capacity_on(work, server, None) for server in await hostings.servers(work)]),
        ikm=await _ikm(work, sop, period),
    )


async def _months(work: UnitOfWork, code: str, period: Period) -> tuple[MonthFigures, ...]:
    edges = period.edges()
    opened, ended = await reports.opened(work, code, edges), await reports.ended(work, code, edges)
    return tuple(
        MonthFigures(
            month=month,
            opened=opened.get(place, 0),
            ended={status: ended[place, status] for status in Status if (place, status) in ended},
        )
        for place, month in enumerate(period.months)
    )


async def _steps(work: UnitOfWork, sop: Sop, period: Period) -> tuple[StepFigures, ...]:
    sums = await reports.stays(work, sop.code, period.edges())
    standing = await reports.standing(work, sop.code)
    return tuple(
        StepFigures(step=step, sums=_sums(sums.get(step.id)), standing=standing.get(step.id, 0)) for step in sop.steps
    )


def _sums(found: tuple[int, int, int, int, int] | None) -> StepSums:
    if found is None:
        return StepSums()
    count, seconds, longest, late, within_norm = found
    return StepSums(count=count, seconds=seconds, longest=longest, late=late, within_norm=within_norm)


async def _ikm(work: UnitOfWork, sop: Sop, period: Period) -> Ikm | None:
    """Return the index, where the SOP asks the nine questions and somebody answered."""
    fact = survey_fact(sop)
    if fact is None:
        return None
    respondents, means = await reports.answers(work, sop.code, period.edges(), fact=fact, questions=QUESTIONS)
    return Ikm(respondents=respondents, means=means) if respondents else None


def survey_fact(sop: Sop) -> str | None:
    """Return the fact in which an SOP records its survey: that of the button whose form asks U1 to U9."""
    surveys = {form.id for form in sop.forms if {field.id for field in form.fields} >= set(QUESTIONS)}
    actions = [action for step in sop.steps for action in step.actions if action.form in surveys]
    return next((action.outcome.records for action in actions if action.outcome.records), None)
