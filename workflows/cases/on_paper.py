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

from workflows.cases.occasion import Occasion
from workflows.engine.description import Action, FieldType, Sop
from workflows.people import members as office_people
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork

FACT = "on_paper"  # of a case: by step, what was decided on paper there and stands


class PaperRule(enum.StrEnum):
    """What may be entered from paper. A disposition passes a letter on; a decision binds the office outside."""

    NOTHING = "nothing"
    DISPOSITIONS = "dispositions"
    DECISIONS = "decisions"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mark:
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


def marks(facts: Mapping[str, Any]) -> dict[str, Mark]:
    """Return what stands on paper in a case, by step."""
    return {step: Mark(**mark) for step, mark in facts.get(FACT, {}).items()}


async def note(occasion: Occasion, step: str, answers: Mapping[str, Any] | None, *, finished: bool) -> Mark | None:
    """Mark what was signed on paper at `step`, which the case has left if `finished`, and forget what stands no more.

    Raises `Refused`: signer_unknown.
    """
    action, at = occasion.sop.action(occasion.action), occasion.case.step
    kept = marks(occasion.case.facts)
    if finished:
        kept = standing(occasion.sop, kept, left=step, at=at)
    mark = None
    if action is not None and action.on_paper_by:
        back = occasion.sop.step(at).number < occasion.sop.step(step).number
        mark = await _mark(occasion, action, answers or {}, returned_to=at if back else "")
        kept[step] = mark
    occasion.remember(FACT, {place: dataclasses.asdict(one) for place, one in kept.items()} or None)
    return mark


def standing(sop: Sop, known: Mapping[str, Mark], *, left: str, at: str) -> dict[str, Mark]:
    """Return which of a case's marks stand when it has left a step and is `at` another (or ended where it was).

    What carried the case on stands while the case is past that step, a return until the case is sent on again.
    """
    here = sop.step(at).number
    others = {step: mark for step, mark in known.items() if left not in (step, mark.returned_to)}
    return {step: mark for step, mark in others.items() if mark.returned_to or sop.step(step).number < here}


async def signed_now(occasion: Occasion, role: str) -> tuple[Person, Mark] | None:
    """Return who signed on paper as `role` what is being entered now, or None where nothing of theirs is."""
    action = occasion.sop.action(occasion.action)
    if action is None or not role or action.on_paper_by != role:
        return None
    step = next(step.id for step in occasion.sop.steps if step.action(action.id))
    mark = marks(occasion.case.facts)[step]
    return await people.by_id(occasion.work, mark.signer), mark


async def names(work: UnitOfWork, facts: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of those whom a case's marks tell of."""
    ids = {person for mark in marks(facts).values() for person in (mark.signer, mark.scanned_by)}
    return await people.names(work, ids)


async def _mark(occasion: Occasion, action: Action, answers: Mapping[str, Any], *, returned_to: str) -> Mark:
    form = occasion.sop.form(action.form)
    named = next(answers[field.id] for field in form.fields if field.holders == action.on_paper_by)
    dated = next((answers[field.id] for field in form.fields if field.type is FieldType.DATE), None)
    signer, acting = await _holder(occasion, action.on_paper_by, named)
    assert occasion.by is not None  # noqa: S101  (only people enter paper)
    return Mark(
        role=action.on_paper_by,
        signer=signer.id,
        acting=acting,
        signed_on=dated or office_people.today(occasion.work).isoformat(),
        scanned_by=occasion.by.person.id,
        scanned_at=occasion.work.now.isoformat(),
        returned_to=returned_to,
    )


async def _holder(occasion: Occasion, role: str, name: str) -> tuple[Person, str]:
    for person, held in await people.holding(occasion.work, role, office_people.today(occasion.work), None):
        if person.name == name:
            return person, held.acting
    raise Refused("signer_unknown", {"role": occasion.sop.role(role).title})


def signed_on(mark: Mark) -> dt.date:
    """Return the date on the paper."""
    return dt.date.fromisoformat(mark.signed_on)
