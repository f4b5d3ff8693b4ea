"""The SOP's steps as a line for the card, as data; words and marks come from elsewhere."""

from __future__ import annotations

import dataclasses
import enum

from workflows.engine.case import CaseState
from workflows.engine.description import Sop, Status
from workflows.engine.destination import destination


class StepMark(enum.StrEnum):
    """How a step stands in a case."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"
    STOPPED = "stopped"  # where a case was refused, withdrawn or cancelled


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChartStep:
    """One step of the line."""

    number: int
    mark: StepMark


def chart(sop: Sop, case: CaseState) -> tuple[ChartStep, ...]:
    """Return every step with its mark."""
    here = sop.step(case.step).number
    return tuple(ChartStep(number=step.number, mark=_mark(step.number, here, case)) for step in sop.steps)


def _mark(number: int, here: int, case: CaseState) -> StepMark:
    if number < here:
        return StepMark.DONE
    if number > here:
        return StepMark.TO_COME
    if case.status is Status.CLOSED:
        return StepMark.DONE
    return StepMark.STOPPED if case.status.ended else StepMark.NOW


def awaited(sop: Sop, case: CaseState) -> tuple[str, ...]:
    """Return the role ids that the case waits for: empty while the machine works and after the end."""
    if case.status.ended:
        return ()
    step = sop.step(case.step)
    if case.status is Status.OPEN:
        return step.actors
    freeing = {
        role
        for action in step.actions
        if case.status in action.statuses and destination(sop, case.step, case.status, action.outcome)[1] is Status.OPEN
        for role in action.roles
    }
    if sop.paper is not None and case.known_facts.get("paper_request") is not None:
        return tuple(role for role in sop.paper.roles if role in freeing)
    return tuple(role.id for role in sop.roles if role.id in freeing and role.scope == "opd")
