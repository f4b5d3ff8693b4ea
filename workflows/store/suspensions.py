"""Finding suspensions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from workflows.store.tables import Hosting, Suspension
from workflows.store.unit_of_work import UnitOfWork


async def present(work: UnitOfWork, hosting_id: int) -> Suspension | None:
    """Return the suspension of a hosting that has not ended."""
    query = select(Suspension).where(Suspension.hosting_id == hosting_id, Suspension.ended_at.is_(None))
    return (await work.session.scalars(query)).first()


async def waiting_of(work: UnitOfWork, hosting_id: int) -> Suspension | None:
    """Return the suspension of a hosting that waits for the end of what is under way."""
    row = await present(work, hosting_id)
    return row if row is not None and row.waits else None


async def waiting(work: UnitOfWork) -> list[int]:
    """Return the hostings that are to be closed as soon as what is under way has ended."""
    query = select(Suspension.hosting_id).where(Suspension.ended_at.is_(None), Suspension.waits)
    return list(await work.session.scalars(query.order_by(Suspension.id)))


async def reopen(work: UnitOfWork, hosting_id: int, *, ended_at: dt.datetime) -> None:
    """Let the suspension of a hosting that was ended at an instant stand again: what ended it was taken back."""
    ended = update(Suspension).where(Suspension.hosting_id == hosting_id, Suspension.ended_at == ended_at)
    await work.session.execute(ended.values(ended_at=None))


async def all_open(work: UnitOfWork) -> list[tuple[Suspension, Hosting]]:
    """Return the suspensions that closed a site and have not ended, with their hostings."""
    query = (
        select(Suspension, Hosting)
        .join(Hosting, Hosting.id == Suspension.hosting_id)
        .where(Suspension.ended_at.is_(None), ~Suspension.waits, Hosting.stands)
        .order_by(Suspension.id)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]
