"""Finding hostings at their end."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from workflows.store.tables import Ending, Hosting
from workflows.store.unit_of_work import UnitOfWork


async def present(work: UnitOfWork, hosting_id: int) -> Ending | None:
    """Return the archiving of a hosting that still holds."""
    query = select(Ending).where(Ending.hosting_id == hosting_id, Ending.closed_at.is_(None))
    return (await work.session.scalars(query)).first()


async def due(work: UnitOfWork, day: dt.date) -> list[tuple[Ending, Hosting]]:
    """Return what may be removed by a day and nobody was told of, with the hostings."""
    query = (
        select(Ending, Hosting)
        .join(Hosting, Hosting.id == Ending.hosting_id)
        .where(Ending.closed_at.is_(None), Ending.reminded_at.is_(None), Ending.remove_on <= day)
        .order_by(Ending.remove_on, Ending.id)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]
