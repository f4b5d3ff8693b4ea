"""A month of a hosting: its days, or, once they are folded, what is kept of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from workflows.people.members import today
from workflows.reports.figures import Period
from workflows.store import usage
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.figures import DayUse, Sums, sums
from workflows.usage.hosting_usage import HostingUsage, days_of, levels_of, uses_of


def span(period: Period) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a month."""
    begin, end = period.edges()
    return begin.date(), end.date() - dt.timedelta(days=1)


async def months_of(work: UnitOfWork, hostings: Sequence[Hosting], period: Period) -> list[HostingUsage]:
    """Return what hostings used in a month. Of one that is folded, `days` holds the month as a whole."""
    first, last = span(period)
    found = []
    for hosting, use in zip(hostings, await uses_of(work, hostings, first, last), strict=True):
        folded = [] if use.days else days_of(await usage.months(work, hosting.id, first, last))
        found.append(_folded(hosting, folded) if folded else use)
    return found


def _folded(hosting: Hosting, days: list[DayUse]) -> HostingUsage:
    return HostingUsage(
        domain=hosting.domain,
        days=tuple(days),
        levels=levels_of(hosting, days),
        measured_at=days[-1].measured_at,
        is_folded=True,
    )


async def known(work: UnitOfWork, hosting: Hosting, most: int) -> list[Period]:
    """Return the months of which something is known, this one first, `most` at most."""
    begun, day = await usage.first_day(work, hosting.id), today(work)
    found = [Period(day.year, day.month)] if begun is not None else []
    while begun is not None and len(found) < most and span(found[-1])[0] > begun:
        found.append(before(found[-1]))
    return found


def before(period: Period) -> Period:
    """Return the month before."""
    return Period.before(span(period)[0])


def total(use: HostingUsage) -> Sums:
    """Add the month up."""
    return sums(use.days)
