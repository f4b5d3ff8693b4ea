"""What was said about a case, as a person may read it: questions, answers, what the OPD was asked for, notes."""

from __future__ import annotations

import dataclasses
import datetime as dt

from workflows.cases.remarks import INTERNAL
from workflows.engine.description import Action, Sop, Status
from workflows.store import cases, people, remarks
from workflows.store.tables import Case, LedgerEntry, Remark
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import Answered, answered
from workflows.words import acting_office

ASKED, SUPPLIED = "asked", "supplied"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadEntry:
    """One thing said. `kind`: of a remark, or "asked" and "supplied" for a round with the OPD, which has `answers`."""

    kind: str
    by: str
    office: str
    at: dt.datetime
    text: str = ""
    answers: tuple[Answered, ...] = ()


async def thread(work: UnitOfWork, sop: Sop, case: Case, *, inside: bool) -> list[ThreadEntry]:
    """Return what was said, newest first; internal notes only to those `inside` DKISP."""
    said = [row for row in await remarks.of_case(work, case.id) if inside or row.kind != INTERNAL]
    found = [await remark_entry(work, sop, row) for row in said]
    for entry in await cases.entries(work, case.id):
        action = sop.action(entry.action.removeprefix("case."))
        if action is not None and is_round(action):
            found.append(await _round(work, sop, action, entry))
    return sorted(found, key=lambda one: one.at, reverse=True)


def is_round(action: Action) -> bool:
    """Whether a press asks something of the OPD in writing, or is the OPD's answer to it."""
    return bool(action.form) and Status.WAITING_OPD in (action.outcome.status, *_only(action))


async def remark_entry(work: UnitOfWork, sop: Sop, row: Remark) -> ThreadEntry:
    """Return one remark with who said it, in which office."""
    by, office = await _who(work, sop, row.person_id, row.mandate_id)
    return ThreadEntry(kind=row.kind, by=by, office=office, at=row.created_at, text=row.text)


async def _round(work: UnitOfWork, sop: Sop, action: Action, entry: LedgerEntry) -> ThreadEntry:
    by, office = await _who(work, sop, entry.person_id, entry.mandate_id)
    return ThreadEntry(
        kind=ASKED if action.outcome.status is Status.WAITING_OPD else SUPPLIED,
        by=by,
        office=office,
        at=entry.at,
        answers=answered(sop.form(action.form), entry.data["answers"]),
    )


async def _who(work: UnitOfWork, sop: Sop, person_id: int | None, mandate_id: int | None) -> tuple[str, str]:
    by = (await people.by_id(work, person_id)).name if person_id else ""
    mandate = await people.mandate(work, mandate_id) if mandate_id else None
    return by, acting_office(mandate.acting, sop.role(mandate.role).title) if mandate else ""


def _only(action: Action) -> tuple[Status, ...]:
    return tuple(action.statuses) if len(action.statuses) == 1 else ()
