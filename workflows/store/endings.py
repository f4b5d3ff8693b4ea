"""Finding hostings at their end."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import Ending, Hosting
from workflows.store.unit_of_work import UnitOfWork


async def present(work: UnitOfWork, hosting_id: int) -> Ending | None:
    """Return the archiving of a hosting that still holds."""
    query = select(Ending).where(Ending.hosting_id == hosting_id, Ending.closed_at.is_(None))
    return (await work.session.scalars(query)).first()


async def all_open(work: UnitOfWork) -> list[tuple[Ending, Hosting]]:
    """Return the archivings that still hold, with their hostings."""
    query = (
        select(Ending, Hosting)
        .join(Hosting, Hosting.id == Ending.hosting_id)
        .where(Ending.closed_at.is_(None), Hosting.stands)
        .order_by(Ending.id)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]
