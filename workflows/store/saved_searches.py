"""What people searched for, kept for as long as they may turn its pages."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from workflows.store.forgetting import deleted
from workflows.store.tables import Search
from workflows.store.tables.searches import TYPED_MAX
from workflows.store.unit_of_work import UnitOfWork


async def keep(work: UnitOfWork, person_id: int, typed: str) -> Search:
    """Keep what somebody typed, as far as there is room for it."""
    row = Search(person_id=person_id, typed=typed[:TYPED_MAX], created_at=work.now)
    work.add(row)
    await work.flush()
    return row


async def of_person(work: UnitOfWork, person_id: int, search_id: int) -> Search | None:
    """Return a search of this person; None for another's."""
    row = await work.session.get(Search, search_id)
    return row if row is not None and row.person_id == person_id else None


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete what was searched for before then; return how much."""
    return await deleted(work, delete(Search).where(Search.created_at < before))
