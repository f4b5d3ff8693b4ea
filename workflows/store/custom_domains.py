"""Finding domains of OPDs' own: by hosting, by name, by whose look is due."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import CustomDomain, Hosting, HostingState, Job
from workflows.store.unit_of_work import UnitOfWork

LIVING = CustomDomain.ended_at.is_(None)


async def get(work: UnitOfWork, domain_id: int) -> CustomDomain | None:
    """Return one."""
    return await work.session.get(CustomDomain, domain_id)


async def lock(work: UnitOfWork, domain_id: int) -> tuple[CustomDomain, Hosting] | None:
    """Return one that has not ended, with its hosting, as they stand now, locked until the transaction ends."""
    await work.lock_record()
    query = (
        select(CustomDomain, Hosting)
        .join(Hosting, Hosting.id == CustomDomain.hosting_id)
        .where(CustomDomain.id == domain_id, LIVING)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = (await work.session.execute(query)).first()
    return None if found is None else (found[0], found[1])


async def of_hosting(work: UnitOfWork, hosting_id: int) -> list[CustomDomain]:
    """Return the living ones of a hosting, oldest first."""
    query = select(CustomDomain).where(CustomDomain.hosting_id == hosting_id, LIVING).order_by(CustomDomain.id)
    return list(await work.session.scalars(query))


async def by_name(work: UnitOfWork, hosting_id: int, name: str) -> CustomDomain | None:
    """Return the living one of this name of a hosting."""
    query = select(CustomDomain).where(CustomDomain.hosting_id == hosting_id, CustomDomain.name == name, LIVING)
    return (await work.session.scalars(query)).first()


async def holder(work: UnitOfWork, name: str) -> CustomDomain | None:
    """Return the one that was proven under this name, whosever hosting it is of."""
    query = select(CustomDomain).where(CustomDomain.name == name, CustomDomain.proven_at.is_not(None), LIVING)
    return (await work.session.scalars(query)).first()


async def newest_order(work: UnitOfWork, row: CustomDomain, action: str) -> Job | None:
    """Return the newest job of it that an action ordered."""
    query = select(Job).where(
        Job.hosting_id == row.hosting_id,
        Job.action == action,
        Job.data["name"].as_string() == row.name,
        Job.created_at >= row.created_at,
    )
    return (await work.session.scalars(query.order_by(Job.id.desc()).limit(1))).first()


async def due(work: UnitOfWork, limit: int) -> list[tuple[CustomDomain, Hosting]]:
    """Return those whose look is due, of hostings that stand, the longest due first."""
    query = (
        select(CustomDomain, Hosting)
        .join(Hosting, Hosting.id == CustomDomain.hosting_id)
        .where(LIVING, CustomDomain.look_at <= work.now, Hosting.state == HostingState.WANTED)
        .order_by(CustomDomain.look_at, CustomDomain.id)
        .limit(limit)
    )
    return [(row, hosting) for row, hosting in await work.session.execute(query)]
