"""Keeping who opened which case, and finding it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from workflows.store.forgetting import deleted
from workflows.store.insert import insert_new
from workflows.store.tables import Case, Person, Reading
from workflows.store.unit_of_work import UnitOfWork


async def note(work: UnitOfWork, *, person_id: int, case_id: int, what: str, day: dt.date) -> None:
    """Keep that somebody opened something of a case, unless that is known of this day."""
    values = {"person_id": person_id, "case_id": case_id, "what": what, "day": day, "at": work.now}
    await insert_new(work, Reading, values)


async def newest(work: UnitOfWork, *, limit: int, offset: int = 0) -> list[tuple[Reading, str, str]]:
    """Return what anybody opened, newest first, with the reader's name and the case's number."""
    query = (
        select(Reading, Person.name, Case.number)
        .join(Person, Person.id == Reading.person_id)
        .join(Case, Case.id == Reading.case_id)
        .order_by(Reading.id.desc())
    )
    return [(row, name, number) for row, name, number in await work.session.execute(query.limit(limit).offset(offset))]


async def of_cases_of(
    work: UnitOfWork, person_id: int, *, limit: int, offset: int = 0
) -> list[tuple[Reading, str, str]]:
    """Return what others opened of the cases that a person began, as `newest` does."""
    query = (
        select(Reading, Person.name, Case.number)
        .join(Person, Person.id == Reading.person_id)
        .join(Case, Case.id == Reading.case_id)
        .where(Case.opened_by == person_id, Reading.person_id != person_id)
        .order_by(Reading.id.desc())
    )
    return [(row, name, number) for row, name, number in await work.session.execute(query.limit(limit).offset(offset))]


async def by_person(work: UnitOfWork, person_id: int, *, limit: int) -> list[tuple[Reading, str]]:
    """Return what a person opened, newest first, with the case's number."""
    query = select(Reading, Case.number).join(Case, Case.id == Reading.case_id).where(Reading.person_id == person_id)
    found = await work.session.execute(query.order_by(Reading.id.desc()).limit(limit))
    return [(row, number) for row, number in found]


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete what was opened before then; return how much."""
    return await deleted(work, delete(Reading).where(Reading.at < before))
