"""Notes, questions and answers about a case: they leave its course, its clock and its revision as they are.

The text lies with the case alone; the ledger says who said what kind of thing when, so that an exported case holds no
internal note. A press that others are about to make is not made stale by somebody's remark.
"""

from __future__ import annotations

import datetime as dt

from workflows.cases.case_context import CaseContext
from workflows.cases.noted_facts import noted
from workflows.cases.notify import holders_for, put_cards, who_acts_for
from workflows.engine.description import Action
from workflows.people.members import today
from workflows.refusal import Refused
from workflows.store import ledger, outbox, remarks
from workflows.store.tables import Person, Remark
from workflows.words import WITA

INTERNAL, QUESTION, ANSWER = "internal", "question", "answer"
DAILY = 20  # remarks of one person in a day, about all cases


async def say(context: CaseContext, action: Action, text: str) -> Remark:
    """Keep a remark, and show it to whom it is for. The press was permitted. Raises `Refused`: remarks_too_many."""
    by, mandate, case, work = context.by, context.mandate, context.case, context.work
    assert by is not None  # noqa: S101 - a machine remarks nothing
    assert mandate is not None  # noqa: S101
    midnight = dt.datetime.combine(today(work), dt.time(), WITA)
    if await remarks.count_since(work, by.person.id, midnight) >= DAILY:
        raise Refused("remarks_too_many", {"limit": DAILY})
    row = await remarks.add(
        work, case_id=case.id, kind=action.remark, person_id=by.person.id, mandate_id=mandate.id, text=text
    )
    _note(context, action.remark)
    data = {"number": case.number, "remark": row.id, "step": case.step}
    who = {"person_id": by.person.id, "mandate_id": mandate.id}
    await ledger.append(work, f"remark.{action.remark}", case_id=case.id, data=data, **who)
    await _show(context, row)
    return row


def _note(context: CaseContext, kind: str) -> None:
    if kind == INTERNAL:
        context.remember(internal_notes=noted(context.case.facts).get("internal_notes", 0) + 1)
    elif kind == QUESTION:
        context.remember(question_open=True)
    else:
        context.forget("question_open")


async def _show(context: CaseContext, row: Remark) -> None:
    """Say it with a sound to whom it concerns, and bring the cards that stand up to date."""
    work, case = context.work, context.case
    for person in await _addressed(context, row.kind):
        if person.telegram_id is not None and person.id != row.person_id:
            key = f"remark:{row.id}:{person.telegram_id}"
            await outbox.put_screen(work, person.telegram_id, "remark", {"remark": row.id}, key=key, case_id=case.id)
    await put_cards(work, case, f"remark:{row.id}")


async def _addressed(context: CaseContext, kind: str) -> list[Person]:
    """Return whom a remark is for: who answers at this step, who must act, or the OPD that asked."""
    work, sop, case = context.work, context.sop, context.case
    step = sop.step(case.step)
    if kind == ANSWER:
        asked = {row.person_id for row in await remarks.of_case(work, case.id) if row.kind == QUESTION}
        roles = [role.id for role in sop.roles if role.scope == "opd"]
        found = [person for role in roles for person in await holders_for(work, sop, case, role)]
        found = [person for person in found if person.id in asked]
    else:
        inside = [role for role in step.actors if sop.role(role).scope == "office"]
        roles = list(sop.answerers(step)) if kind == QUESTION else inside or list(sop.answerers(step))
        found = [person for role in roles for person in await who_acts_for(work, sop, case, role)]
    return list({person.id: person for person in found}.values())
