"""Keeping fitness tests of hostings, and finding the one that is open, the newest that ended, those that are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select

from workflows.store.tables import FitnessTest, Hosting
from workflows.store.tables.hostings import IS_NO_COPY
from workflows.store.unit_of_work import UnitOfWork

OPEN, CLOSED, DROPPED = "open", "closed", "dropped"


async def lock(work: UnitOfWork, fitness_id: int) -> FitnessTest | None:
    """Return one fitness test as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(FitnessTest).where(FitnessTest.id == fitness_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def get(work: UnitOfWork, fitness_id: int) -> FitnessTest | None:
    """Return one fitness test."""
    return await work.session.get(FitnessTest, fitness_id)


async def open_of(work: UnitOfWork, hosting_id: int) -> FitnessTest | None:
    """Return the fitness test of a hosting that is under way."""
    query = select(FitnessTest).where(FitnessTest.hosting_id == hosting_id, FitnessTest.state == OPEN)
    return (await work.session.scalars(query)).first()


async def newest_seen(work: UnitOfWork, hosting_id: int) -> FitnessTest | None:
    """Return the last fitness test of a hosting in which a machine has seen it, signed or not."""
    query = select(FitnessTest).where(FitnessTest.hosting_id == hosting_id, FitnessTest.seen_at.is_not(None))
    return (await work.session.scalars(query.order_by(FitnessTest.id.desc()).limit(1))).first()


async def newest_closed(work: UnitOfWork, hosting_id: int) -> FitnessTest | None:
    """Return the last fitness test of a hosting that was signed."""
    query = select(FitnessTest).where(FitnessTest.hosting_id == hosting_id, FitnessTest.state == CLOSED)
    return (await work.session.scalars(query.order_by(FitnessTest.closed_at.desc()).limit(1))).first()


async def closed(work: UnitOfWork, *, limit: int, offset: int = 0) -> Sequence[tuple[FitnessTest, Hosting]]:
    """Return signed fitness tests with their hostings, the newest first."""
    query = (
        select(FitnessTest, Hosting)
        .join(Hosting, Hosting.id == FitnessTest.hosting_id)
        .where(FitnessTest.state == CLOSED)
        .order_by(FitnessTest.closed_at.desc(), FitnessTest.id.desc())
    )
    found = await work.session.execute(query.limit(limit).offset(offset))
    return [(fitness_test, hosting) for fitness_test, hosting in found]


async def under_way(work: UnitOfWork) -> list[FitnessTest]:
    """Return all that are open."""
    return list(await work.session.scalars(select(FitnessTest).where(FitnessTest.state == OPEN)))


async def standing(work: UnitOfWork) -> list[tuple[Hosting, FitnessTest | None]]:
    """Return every hosting that stands and has no fitness test under way, each with its last signed one."""
    last = (
        select(FitnessTest.hosting_id, func.max(FitnessTest.id).label("id"))
        .where(FitnessTest.state == CLOSED)
        .group_by(FitnessTest.hosting_id)
        .subquery()
    )
    busy = select(FitnessTest.hosting_id).where(FitnessTest.state == OPEN)
    query = (
        select(Hosting, FitnessTest)
        .outerjoin(last, last.c.hosting_id == Hosting.id)
        .outerjoin(FitnessTest, FitnessTest.id == last.c.id)
        .where(Hosting.stands, IS_NO_COPY, Hosting.id.not_in(busy))
    )
    return [(hosting, fitness_test) for hosting, fitness_test in await work.session.execute(query)]


async def unasked(work: UnitOfWork) -> list[tuple[FitnessTest, Hosting]]:
    """Return those under way about which nobody was asked yet, with their hostings, the oldest first."""
    return await _under_way_with(work, FitnessTest.asked_at.is_(None))


async def asked(work: UnitOfWork) -> list[tuple[FitnessTest, Hosting]]:
    """Return those under way that wait for people, with their hostings, the oldest first."""
    return await _under_way_with(work, FitnessTest.asked_at.is_not(None))


async def _under_way_with(work: UnitOfWork, which: ColumnElement[bool]) -> list[tuple[FitnessTest, Hosting]]:
    query = (
        select(FitnessTest, Hosting)
        .join(Hosting, Hosting.id == FitnessTest.hosting_id)
        .where(FitnessTest.state == OPEN, Hosting.stands, which)
        .order_by(FitnessTest.id)
    )
    return [(fitness_test, hosting) for fitness_test, hosting in await work.session.execute(query)]


async def asked_since(work: UnitOfWork, since: dt.datetime, occasions: Collection[str]) -> int:
    """Count the fitness tests for some occasions about which people were asked since an instant."""
    query = select(func.count(FitnessTest.id)).where(FitnessTest.asked_at >= since, FitnessTest.occasion.in_(occasions))
    return (await work.session.scalar(query)) or 0


async def unprinted(work: UnitOfWork, *, but_for: Collection[int] = ()) -> FitnessTest | None:
    """Return the oldest signed fitness test whose record was not made into a PDF yet, `but_for` some."""
    query = select(FitnessTest).where(FitnessTest.state == CLOSED, FitnessTest.paper_id.is_(None))
    query = query.where(FitnessTest.id.not_in(but_for))
    return (await work.session.scalars(query.order_by(FitnessTest.id).limit(1))).first()
