"""The calendar of this office: read by whoever needs the time, changed by the administrator, each change on record.

A change moves all deadlines: the clocks of open steps are wound anew, and what was worked since is counted anew.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
from typing import Any

from workflows.calendar import notation
from workflows.calendar.working_calendar import Period, SpecialDay, WorkingCalendar
from workflows.refusal import Refused
from workflows.store import clocks, ledger, settings
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

NAME = "working_calendar"
ENTRIES_MAX = 500  # periods and days each: a row of settings is read with every card


async def calendar_of(work: UnitOfWork) -> WorkingCalendar:
    """Return the calendar in force."""
    return _read(json.dumps(await settings.get(work, NAME) or {}, sort_keys=True))


async def add_period(work: UnitOfWork, by: Person | None, period: Period) -> None:
    """Let other hours hold from a day on. Raises `Refused`: dates_reversed, calendar_full."""
    if period.last is not None and period.last < period.first:
        raise Refused("dates_reversed")
    calendar = await _locked(work)
    kept = tuple(one for one in calendar.periods if (one.first, one.last) != (period.first, period.last))
    changed = dataclasses.replace(calendar, periods=(*kept, period))
    await _change(work, by, "calendar.hours", changed, since=period.first, data=notation.period_json(period))


async def remove_period(work: UnitOfWork, by: Person | None, first: dt.date, last: dt.date | None) -> None:
    """Let hours hold no more, as though they never had. Raises `Refused`: calendar_gone."""
    calendar = await _locked(work)
    gone = next((one for one in calendar.periods if (one.first, one.last) == (first, last)), None)
    if gone is None:
        raise Refused("calendar_gone", final=True)
    changed = dataclasses.replace(calendar, periods=tuple(one for one in calendar.periods if one != gone))
    await _change(work, by, "calendar.hours_removed", changed, since=gone.first, data=notation.period_json(gone))


async def set_day(work: UnitOfWork, by: Person | None, special: SpecialDay) -> None:
    """Say of a day that it is free, or worked, whatever the law's calendar says. Raises `Refused`: calendar_full."""
    calendar = await _locked(work)
    days = sorted([*_without(calendar, special.day), special], key=lambda one: one.day)
    changed = dataclasses.replace(calendar, days=tuple(days))
    await _change(work, by, "calendar.day", changed, since=special.day, data=notation.day_json(special))


async def clear_day(work: UnitOfWork, by: Person | None, day: dt.date) -> None:
    """Let a day be again what the law's calendar says. Raises `Refused`: calendar_gone."""
    calendar = await _locked(work)
    days = _without(calendar, day)
    if len(days) == len(calendar.days):
        raise Refused("calendar_gone", final=True)
    changed = dataclasses.replace(calendar, days=tuple(days))
    await _change(work, by, "calendar.day_cleared", changed, since=day, data={"day": day.isoformat()})


def _without(calendar: WorkingCalendar, day: dt.date) -> list[SpecialDay]:
    return [special for special in calendar.days if special.day != day]


async def _locked(work: UnitOfWork) -> WorkingCalendar:
    return notation.from_json(await settings.lock(work, NAME) or {})


async def _change(
    work: UnitOfWork,
    by: Person | None,
    action: str,
    changed: WorkingCalendar,
    *,
    since: dt.date,
    data: dict[str, Any],
) -> None:
    if max(len(changed.periods), len(changed.days)) > ENTRIES_MAX:
        raise Refused("calendar_full")
    await settings.put(work, NAME, notation.to_json(changed))
    await ledger.append(work, action, person_id=by.id if by else None, data=data)
    await clocks.wind_anew(work, dt.datetime.combine(since, dt.time(), WITA))


@functools.lru_cache(maxsize=4)
def _read(kept: str) -> WorkingCalendar:
    """Return one calendar for one text, so that its years are laid out once."""
    return notation.from_json(json.loads(kept))
