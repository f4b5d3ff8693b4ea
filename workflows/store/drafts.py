"""Half-filled forms, one a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, select

from workflows.store.forgetting import deleted
from workflows.store.tables import Draft, Person
from workflows.store.unit_of_work import UnitOfWork

STOPPED = "stopped"  # in `scratch`: its person stopped it, and may take it up again until they begin another


def is_stopped(row: Draft) -> bool:
    """Whether its person stopped it, and may take it up again."""
    return STOPPED in row.scratch


async def of_person(work: UnitOfWork, person_id: int) -> Draft | None:
    """Return what is kept of a person's form, under way or stopped."""
    return await work.session.get(Draft, person_id)


async def under_way(work: UnitOfWork, person_id: int) -> Draft | None:
    """Return the form a person has under way."""
    row = await of_person(work, person_id)
    return None if row is None or is_stopped(row) else row


async def take_up(work: UnitOfWork, person_id: int, token: str) -> bool:
    """Let a stopped form go on, for as long as it is the one that `token` names; tell whether it does."""
    row = await of_person(work, person_id)
    if row is None or not is_stopped(row) or token != row.scratch[STOPPED]:
        return False
    row.scratch, row.changed_at = {}, work.now
    return True


async def chats(work: UnitOfWork) -> set[int]:
    """Return the chats of those who have a form under way."""
    with_form = select(Person.telegram_id, Draft).join(Draft, Draft.person_id == Person.id)
    found = await work.session.execute(with_form)
    return {chat for chat, row in found if chat is not None and not is_stopped(row)}


async def start(
    work: UnitOfWork, person_id: int, *, form: str, purpose: dict[str, Any], answers: dict[str, Any], position: str
) -> Draft:
    """Keep a new form; one that is there still, whose purpose is gone, makes way."""
    before = await of_person(work, person_id)
    if before is not None:
        await discard(work, before)
    row = Draft(
        person_id=person_id,
        form=form,
        purpose=purpose,
        answers=answers,
        position=position,
        scratch={},
        changed_at=work.now,
    )
    work.add(row)
    await work.flush()
    return row


async def stop(work: UnitOfWork, row: Draft) -> str:
    """Stop a form without forgetting its answers; return the token by which it is taken up again."""
    token = str(int(work.now.timestamp()))
    row.scratch, row.changed_at = {STOPPED: token}, work.now
    await work.flush()
    return token


async def discard(work: UnitOfWork, row: Draft) -> None:
    """Throw a form away."""
    await work.session.delete(row)
    await work.flush()


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete forms that nobody went on with since then; return how many."""
    return await deleted(work, delete(Draft).where(Draft.changed_at < before))
