"""Finding suspensions."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import Hosting, Suspension
from workflows.store.unit_of_work import UnitOfWork


async def present(work: UnitOfWork, hosting_id: int) -> Suspension | None:
    """Return the suspension of a hosting that has not ended."""
    query = select(Suspension).where(Suspension.hosting_id == hosting_id, Suspension.ended_at.is_(None))
    return (await work.session.scalars(query)).first()


async def all_open(work: UnitOfWork) -> list[tuple[Suspension, Hosting]]:
    """Return the suspensions that have not ended, with their hostings."""
    query = (
        select(Suspension, Hosting)
        .join(Hosting, Hosting.id == Suspension.hosting_id)
        .where(Suspension.ended_at.is_(None), Hosting.stands)
        .order_by(Suspension.id)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]
