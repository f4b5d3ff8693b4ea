"""Finding the yearly questions whether hostings are still needed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from workflows.store.tables import Hosting, Renewal
from workflows.store.tables.hostings import IS_NO_COPY
from workflows.store.unit_of_work import UnitOfWork


async def unasked(work: UnitOfWork) -> list[Hosting]:
    """Return the hostings that stand and about which no question is open."""
    is_open = select(Renewal.id).where(Renewal.hosting_id == Hosting.id, Renewal.confirmed_at.is_(None))
    query = select(Hosting).where(Hosting.stands, IS_NO_COPY, ~is_open.exists()).order_by(Hosting.id)
    return list(await work.session.scalars(query))


async def newest(work: UnitOfWork, hosting_id: int) -> Renewal | None:
    """Return the latest question about a hosting, answered or not."""
    query = select(Renewal).where(Renewal.hosting_id == hosting_id).order_by(Renewal.due_on.desc()).limit(1)
    return (await work.session.scalars(query)).first()


async def open_until(work: UnitOfWork, day: dt.date) -> list[tuple[Renewal, Hosting]]:
    """Return the open questions that are due by a day, with the hostings, which stand; the longest due first."""
    query = (
        select(Renewal, Hosting)
        .join(Hosting, Hosting.id == Renewal.hosting_id)
        .where(Renewal.confirmed_at.is_(None), Renewal.due_on <= day, Hosting.stands, IS_NO_COPY)
        .order_by(Renewal.due_on, Renewal.id)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]


async def get(work: UnitOfWork, renewal_id: int) -> Renewal | None:
    """Return one question."""
    return await work.session.get(Renewal, renewal_id)
