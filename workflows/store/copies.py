"""Finding staging copies and what they are copies of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from workflows.store.tables import Hosting, HostingState
from workflows.store.unit_of_work import UnitOfWork

THERE = (HostingState.WANTED, HostingState.LEAVING)


async def of_hosting(work: UnitOfWork, hosting_id: int) -> Hosting | None:
    """Return the staging copy of a hosting, also one that is only being made or removed."""
    query = select(Hosting).where(Hosting.copy_of == hosting_id, Hosting.state.in_(THERE)).order_by(Hosting.id.desc())
    return (await work.session.scalars(query)).first()


async def everything(work: UnitOfWork) -> list[Hosting]:
    """Return every staging copy that is not to be removed yet, oldest first."""
    query = (
        select(Hosting).where(Hosting.copy_of.is_not(None), Hosting.state == HostingState.WANTED).order_by(Hosting.id)
    )
    return list(await work.session.scalars(query))


async def names_beside(work: UnitOfWork, hosting_ids: Collection[int]) -> dict[int, str]:
    """Return the names of the copies of some hostings, by the hosting."""
    query = select(Hosting).where(Hosting.copy_of.in_(hosting_ids), Hosting.state == HostingState.WANTED)
    return {row.copy_of: row.domain for row in await work.session.scalars(query) if row.copy_of is not None}
