"""A case's ten steps as they went, for the report to the head (SOP step 9)."""

from __future__ import annotations

import datetime as dt

from workflows import words
from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import in_norm, worked
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.cases import on_paper
from workflows.cases.case_context import CaseContext
from workflows.cases.paper_request import entered_by
from workflows.engine.description import Step
from workflows.letters.laporan_pelaksanaan import StepRecord
from workflows.store import cases, people
from workflows.store.tables import CaseStep


async def step_records(context: CaseContext) -> tuple[StepRecord, ...]:
    """Return one record a step, adding up the stays of a step that the case came back to."""
    stays = await cases.steps(context.work, context.case.id)
    calendar = await calendar_of(context.work)
    of_step = {step.id: [stay for stay in stays if stay.step == step.id] for step in context.sop.steps}
    return tuple([await _record(context, calendar, step, of_step[step.id]) for step in context.sop.steps])


async def _record(context: CaseContext, calendar: WorkingCalendar, step: Step, stays: list[CaseStep]) -> StepRecord:
    finished = bool(stays) and all(stay.finished_at is not None for stay in stays)
    spent = sum((worked(stay, calendar, context.work.now) for stay in stays), dt.timedelta()) if finished else None
    return StepRecord(
        number=step.number,
        activity=step.title,
        actor=await _actor(context, step, stays),
        standard=step.norm_text,
        started=stays[0].started_at if stays else None,
        finished=stays[-1].finished_at if finished else None,
        spent=spent,
        on_time=in_norm(stays, step, calendar, context.work.now) if finished else None,
        result=step.output if finished else "",
    )


async def _actor(context: CaseContext, step: Step, stays: list[CaseStep]) -> str:
    mark = on_paper.marks(context.case.facts).get(step.id)
    if mark is not None:
        names = await on_paper.names(context.work, context.case.facts)
        return words.on_paper(names[mark.signer], names[mark.scanned_by])
    finished = [stay for stay in stays if stay.finished_by is not None]
    for entry in await cases.presses(context.work, context.case.id) if finished else ():
        ended_it = entry.data.get("from") == step.id and entry.at == finished[-1].finished_at
        if ended_it and entry.person_id is not None:
            name = await _named(context, entry.person_id, entry.mandate_id)
            entered = step is context.sop.first_step and entered_by(context.case.facts) is not None
            return words.from_paper(name) if entered else name
    return ", ".join(context.sop.role(role).title for role in step.actors)


async def _named(context: CaseContext, person_id: int, mandate_id: int | None) -> str:
    """Return who finished a step, with the office where it was held for somebody absent."""
    name = (await people.by_id(context.work, person_id)).name
    held = await people.mandate(context.work, mandate_id) if mandate_id is not None else None
    if held is None or not held.acting:
        return name
    return f"{name} ({words.acting_office(held.acting, context.sop.role(held.role).title)})"
