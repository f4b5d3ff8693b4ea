"""What an official decided on paper and Bagian Umum entered: whose signature it is, who scanned it, and when.

Which buttons enter paper is the SOP's matter (`on_paper_by`); how far an office lets them stand is a setting. Whoever
enters a decision is one of those who may not decide on their own request, as the decision itself (`decides`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from workflows.cases.case_context import CaseContext
from workflows.cases.noted_facts import noted
from workflows.engine.description import Action, FieldType, Sop
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork


class PaperRule(enum.StrEnum):
    """What may be entered from paper. A disposition passes a letter on; a decision binds the office outside."""

    NOTHING = "nothing"
    DISPOSITIONS = "dispositions"
    DECISIONS = "decisions"


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaperMark:
    """One signature on paper. `signed_on` is the sheet's date; `scanned_at` when it was entered.

    `returned_to` is the step that it sent the case back to; empty where it carried the case on.
    """

    role: str
    signer: int
    acting: str
    signed_on: str
    scanned_by: int
    scanned_at: str
    returned_to: str = ""


def allowed(sop: Sop, rule: PaperRule) -> Sop:
    """Return the SOP as the office runs it: nobody has a button to enter what may not be entered from paper."""

    def kept(action: Action) -> Action:
        free = rule is PaperRule.DECISIONS or (rule is PaperRule.DISPOSITIONS and not action.decides)
        return action if free or not action.on_paper_by else dataclasses.replace(action, roles=())

    steps = (dataclasses.replace(step, actions=tuple(map(kept, step.actions))) for step in sop.steps)
    return dataclasses.replace(sop, steps=tuple(steps))


def marks(facts: Mapping[str, Any]) -> dict[str, PaperMark]:
    """Return what stands on paper in a case, by step."""
    return {step: PaperMark(**mark) for step, mark in noted(facts).get("on_paper", {}).items()}


async def note_paper(
    context: CaseContext, step: str, answers: Mapping[str, Any] | None, *, finished: bool
) -> PaperMark | None:
    """Mark what was signed on paper at `step`, which the case has left if `finished`, and forget what stands no more.

    Raises `Refused`: signer_unknown.
    """
    action, at = context.sop.action(context.action), context.case.step
    kept = marks(context.case.facts)
    if finished:
        kept = standing_marks(context.sop, kept, left=step, at=at)
    mark = None
    if action is not None and action.on_paper_by:
        back = context.sop.step(at).number < context.sop.step(step).number
        mark = await _mark(context, action, answers or {}, returned_to=at if back else "")
        kept[step] = mark
    if kept:
        context.remember(on_paper={place: dataclasses.asdict(one) for place, one in kept.items()})
    else:
        context.forget("on_paper")
    return mark


def standing_marks(sop: Sop, known: Mapping[str, PaperMark], *, left: str, at: str) -> dict[str, PaperMark]:
    """Return which of a case's marks stand when it has left a step and is `at` another (or ended where it was).

    What carried the case on stands while the case is past that step, a return until the case is sent on again.
    """
    here = sop.step(at).number
    others = {step: mark for step, mark in known.items() if left not in (step, mark.returned_to)}
    return {step: mark for step, mark in others.items() if mark.returned_to or sop.step(step).number < here}


async def signed_now(context: CaseContext, role: str) -> tuple[Person, PaperMark] | None:
    """Return who signed on paper as `role` what is being entered now, or None where nothing of theirs is."""
    action = context.sop.action(context.action)
    if action is None or not role or action.on_paper_by != role:
        return None
    step = next(step.id for step in context.sop.steps if step.action(action.id))
    mark = marks(context.case.facts)[step]
    return await people.by_id(context.work, mark.signer), mark


async def names(work: UnitOfWork, facts: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of those whom a case's marks tell of."""
    ids = {person for mark in marks(facts).values() for person in (mark.signer, mark.scanned_by)}
    return await people.names(work, ids)


async def _mark(context: CaseContext, action: Action, answers: Mapping[str, Any], *, returned_to: str) -> PaperMark:
    form = context.sop.form(action.form)
    named = next(answers[field.id] for field in form.fields if field.holders == action.on_paper_by)
    dated = next((answers[field.id] for field in form.fields if field.type is FieldType.DATE), None)
    signer, acting = await _holder(context, action.on_paper_by, named)
    assert context.by is not None  # noqa: S101  (only people enter paper)
    return PaperMark(
        role=action.on_paper_by,
        signer=signer.id,
        acting=acting,
        signed_on=dated or members.today(context.work).isoformat(),
        scanned_by=context.by.person.id,
        scanned_at=context.work.now.isoformat(),
        returned_to=returned_to,
    )


async def _holder(context: CaseContext, role: str, name: str) -> tuple[Person, str]:
    for person, held in await people.holding(context.work, role, members.today(context.work), None):
        if person.name == name:
            return person, held.acting
    raise Refused("signer_unknown", {"role": context.sop.role(role).title})


def signed_on(mark: PaperMark) -> dt.date:
    """Return the date on the paper."""
    return dt.date.fromisoformat(mark.signed_on)
