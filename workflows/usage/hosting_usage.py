"""A hosting's use out of the store: its days, and how near it stands to its limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence

from workflows.store import usage
from workflows.store.tables import Hosting, UsageSample
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage import forecast
from workflows.usage.figures import DayUse, Level, Resource, limits_of, newest_taken

SHOWN = dt.timedelta(days=29)  # before today: what cards, pictures and the register tell of


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingUsage:
    """A hosting over some days. `levels` is as of `measured_at`; both are empty where nothing was counted yet."""

    domain: str
    days: tuple[DayUse, ...]
    levels: tuple[Level, ...]
    measured_at: dt.datetime | None
    is_folded: bool = False  # the days are one month, kept as a whole


async def use_of(work: UnitOfWork, hosting: Hosting, first: dt.date, last: dt.date) -> HostingUsage:
    """Return a hosting's use from `first` to `last`."""
    return (await uses_of(work, [hosting], first, last))[0]


async def uses_of(work: UnitOfWork, hostings: Sequence[Hosting], first: dt.date, last: dt.date) -> list[HostingUsage]:
    """Return the use of several hostings from `first` to `last`; forecasts look back as far as they need to."""
    since = min(first, last - forecast.SPAN)
    found = await usage.samples(work, [hosting.id for hosting in hostings], since, last)
    return [_use(hosting, days_of(found[hosting.id]), first) for hosting in hostings]


def days_of(rows: Sequence[UsageSample]) -> list[DayUse]:
    """Return rows in the order of their days as figures: of several servers on one day the sum, the last look."""
    return [_day(day, list(of_day)) for day, of_day in itertools.groupby(rows, key=lambda row: row.day)]


def _day(day: dt.date, rows: Sequence[UsageSample]) -> DayUse:
    looks = [(row.measured_at, row) for row in rows if row.measured_at is not None]
    at, looked = max(looks, key=lambda look: look[0], default=(None, None))
    amounts = {resource: getattr(looked, name, None) for resource, name in zip(Resource, usage.AMOUNTS, strict=True)}
    return DayUse(
        day=day,
        **{name: sum(getattr(row, name) for row in rows) for name in usage.COUNTERS},
        taken={resource: amount for resource, amount in amounts.items() if amount is not None},
        measured_at=at,
    )


def levels_of(hosting: Hosting, days: Sequence[DayUse]) -> tuple[Level, ...]:
    """Return how near a hosting stands to its limits, and when growth would reach them."""
    found = []
    for resource, limit in limits_of(hosting.spec).items():
        newest = newest_taken(days, resource)
        if newest is not None:
            reached = forecast.full_on(days, resource, limit)
            found.append(Level(resource=resource, used=newest.taken[resource], limit=limit, full_on=reached))
    return tuple(found)


def _use(hosting: Hosting, days: Sequence[DayUse], first: dt.date) -> HostingUsage:
    return HostingUsage(
        domain=hosting.domain,
        days=tuple(day for day in days if day.day >= first),
        levels=levels_of(hosting, days),
        measured_at=max((day.measured_at for day in days if day.measured_at is not None), default=None),
    )
