"""When Ramadan will be, as a proposal: the government announces it (sidang isbat), the administrator confirms it."""

from __future__ import annotations

import datetime as dt

from hijridate import Gregorian, Hijri

RAMADAN_MONTH = 9
KNOWN_YEARS = range(1926, 2074)  # of which hijridate holds the Umm al-Qura calendar, and of the year that follows


def next_ramadan(today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the Ramadan that is under way or comes next; None beyond what is known."""
    if today.year not in KNOWN_YEARS:
        return None
    year = Gregorian.fromdate(today).to_hijri().year
    return next(found for found in (_ramadan(year), _ramadan(year + 1)) if today <= found[1])


def _ramadan(year: int) -> tuple[dt.date, dt.date]:
    first = Hijri(year, RAMADAN_MONTH, 1)
    begins = dt.date(*first.to_gregorian().datetuple())
    return begins, begins + dt.timedelta(days=first.month_length() - 1)
