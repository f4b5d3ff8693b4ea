"""Office hours of Tarakan: how much working time lies between two moments (Perpres 21/2023, SKB on holidays).

Mon-Thu 07:30-16:00 with a break 12:00-13:00, Fri 07:30-16:30 with a break 11:30-13:00; national holidays and cuti
bersama are free.
"""

from __future__ import annotations

import datetime as dt
import functools

import holidays

from workflows.words import WITA

_MONDAY_TO_THURSDAY = ((dt.time(7, 30), dt.time(12)), (dt.time(13), dt.time(16)))
_FRIDAY = ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13), dt.time(16, 30)))


def is_working_day(day: dt.date) -> bool:
    """Whether the office is open on a day."""
    return day.weekday() < 5 and day not in _free_days(day.year)


def hours(day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Return the spans (begin, end) in which the office works on a day, in WITA."""
    if not is_working_day(day):
        return ()
    spans = _FRIDAY if day.weekday() == 4 else _MONDAY_TO_THURSDAY
    return tuple((dt.datetime.combine(day, a, WITA), dt.datetime.combine(day, b, WITA)) for a, b in spans)


def working_time(begin: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Return the working time between two moments; none where `end` is before `begin`."""
    total = dt.timedelta()
    day, last = begin.astimezone(WITA).date(), end.astimezone(WITA).date()
    while day <= last:
        for opens, closes in hours(day):
            total += max(min(closes, end) - max(opens, begin), dt.timedelta())
        day += dt.timedelta(days=1)
    return total


@functools.lru_cache(maxsize=16)
def _free_days(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))
