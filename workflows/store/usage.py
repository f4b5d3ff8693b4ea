"""Samples of use: kept so that writing them twice changes nothing, found by day and by month, folded when old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select

from workflows.store.tables import Hosting, Move, UsageSample, UsageWarning, UsageWatch
from workflows.store.unit_of_work import UnitOfWork

COUNTERS = ("requests", "received_bytes", "sent_bytes", "client_errors", "server_errors")
AMOUNTS = ("disk_bytes", "inodes", "database_bytes")


async def hold(work: UnitOfWork, server_id: int) -> UsageWatch:
    """Return when a server was asked last, a new row where it never was; one transaction at a time goes on."""
    await work.lock_record()  # warnings are told once; taken before any row is locked
    await work.lock(f"usage:{server_id}")
    row = await work.session.get(UsageWatch, server_id, populate_existing=True)
    if row is None:
        row = UsageWatch(server_id=server_id, asked_at=work.now, counted_at=None, answered=True)
        work.add(row)
    return row


async def watch(work: UnitOfWork, server_id: int) -> UsageWatch | None:
    """Return when a server was asked last."""
    return await work.session.get(UsageWatch, server_id)


async def hostings_on(work: UnitOfWork, server_id: int) -> dict[str, Hosting]:
    """Return the hostings that stand on a server, by their account names."""
    query = select(Hosting).where(Hosting.server_id == server_id, Hosting.stands)
    return {row.slug: row for row in await work.session.scalars(query)}


async def left(work: UnitOfWork, server_id: int) -> dict[str, tuple[Hosting, dt.datetime]]:
    """Return the hostings that left a server and are kept there for a while, each with when it was opened elsewhere."""
    query = (
        select(Hosting, Move.opened_at)
        .join(Move, Move.hosting_id == Hosting.id)
        .where(Move.source_id == server_id, Move.phase == "resting", Hosting.server_id != server_id)
    )
    found = await work.session.execute(query)
    return {hosting.slug: (hosting, opened_at) for hosting, opened_at in found if opened_at is not None}


async def samples(
    work: UnitOfWork, hosting_ids: Collection[int], first: dt.date, last: dt.date
) -> dict[int, list[UsageSample]]:
    """Return the days from `first` to `last` of some hostings, each hosting's in order; a row a server."""
    found: dict[int, list[UsageSample]] = {hosting_id: [] for hosting_id in hosting_ids}
    query = (
        select(UsageSample)
        .where(UsageSample.hosting_id.in_(found), UsageSample.whole_month.is_(False))
        .where(UsageSample.day.between(first, last))
        .order_by(UsageSample.hosting_id, UsageSample.day, UsageSample.server_id)
    )
    for row in await work.session.scalars(query):
        found[row.hosting_id].append(row)
    return found


async def first_day(work: UnitOfWork, hosting_id: int) -> dt.date | None:
    """Return the first day of which something is known of a hosting."""
    query = select(func.min(UsageSample.day)).where(UsageSample.hosting_id == hosting_id)
    return await work.session.scalar(query)


async def months(work: UnitOfWork, hosting_id: int, first: dt.date, last: dt.date) -> list[UsageSample]:
    """Return the months that were folded, from that of `first` to that of `last`."""
    query = (
        select(UsageSample)
        .where(UsageSample.hosting_id == hosting_id, UsageSample.whole_month)
        .where(UsageSample.day.between(first.replace(day=1), last))
        .order_by(UsageSample.day)
    )
    return list(await work.session.scalars(query))


def grow(row: UsageSample, counted: Mapping[str, int]) -> None:
    """Raise a day's counters to what was counted: a day only grows, so what comes late or twice changes nothing."""
    for name in COUNTERS:
        setattr(row, name, max(getattr(row, name), counted[name]))


def new_day(hosting: Hosting, server_id: int, day: dt.date) -> UsageSample:
    """Return a day of a hosting on a server of which nothing is known yet."""
    return UsageSample(
        hosting_id=hosting.id, server_id=server_id, day=day, whole_month=False, **dict.fromkeys(COUNTERS, 0)
    )


async def warnings(work: UnitOfWork, hosting_ids: Collection[int]) -> list[UsageWarning]:
    """Return what was warned of and still stands."""
    query = select(UsageWarning).where(UsageWarning.hosting_id.in_(hosting_ids))
    return list(await work.session.scalars(query))


async def settle(work: UnitOfWork, hosting_id: int, levels: Mapping[str, int]) -> None:
    """Note at which level each resource of a hosting stands now."""
    present = {row.resource: row for row in await warnings(work, [hosting_id])}
    for resource, row in present.items():
        if resource not in levels:
            await work.session.delete(row)
    for resource, level in levels.items():
        if resource not in present:
            work.add(UsageWarning(hosting_id=hosting_id, resource=resource, level=level, since=work.now))
        elif present[resource].level != level:
            present[resource].level, present[resource].since = level, work.now


async def fold(work: UnitOfWork, before: dt.date) -> int:
    """Make one row of each month that is over before that day, out of its days; return how many days went."""
    edge = before.replace(day=1)
    query = select(UsageSample).where(UsageSample.whole_month.is_(False), UsageSample.day < edge)
    by_month: dict[tuple[int, int, dt.date], list[UsageSample]] = {}
    for row in await work.session.scalars(query.order_by(UsageSample.hosting_id, UsageSample.day)):
        by_month.setdefault((row.hosting_id, row.server_id, row.day.replace(day=1)), []).append(row)
    for (_, _, month), days in by_month.items():
        work.add(_month_of(month, days))
    await work.flush()
    await work.session.execute(delete(UsageSample).where(UsageSample.whole_month.is_(False), UsageSample.day < edge))
    return sum(len(days) for days in by_month.values())


def _month_of(month: dt.date, days: Sequence[UsageSample]) -> UsageSample:
    looked = next((row for row in reversed(days) if row.measured_at is not None), None)
    return UsageSample(
        hosting_id=days[0].hosting_id,
        server_id=days[0].server_id,
        day=month,
        whole_month=True,
        **{name: sum(getattr(row, name) for row in days) for name in COUNTERS},
        **{name: getattr(looked, name, None) for name in AMOUNTS},
        measured_at=looked.measured_at if looked else None,
    )
