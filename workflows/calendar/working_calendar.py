"""When the office works, as data: how much working time lies between two moments, and when a span of it will be over.

Days are free by the law (national holidays, cuti bersama) unless the office says otherwise. All times are WITA. A year
is laid out once, so that a span of years costs no more than one of hours.
"""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping

import holidays

from workflows.engine.description import WORKING_DAY
from workflows.words import WITA

Spans = tuple[tuple[dt.time, dt.time], ...]
FRIDAY, SATURDAY = 4, 5
NOTHING = dt.timedelta()
DAY = dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)
DaySpans = tuple[tuple[dt.datetime, dt.datetime], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a week, breaks left out; a Saturday or Sunday that is worked has those of Monday."""

    monday_to_thursday: Spans
    friday: Spans

    def of(self, day: dt.date) -> Spans:
        """Return the hours of a day that is worked."""
        return self.friday if day.weekday() == FRIDAY else self.monday_to_thursday


REGULAR = Hours(  # Perpres 21/2023: 37.5 hours a week
    monday_to_thursday=((dt.time(7, 30), dt.time(12)), (dt.time(13), dt.time(16))),
    friday=((dt.time(7, 30), dt.time(11, 30)), (dt.time(13), dt.time(16, 30))),
)
RAMADAN = Hours(  # Perpres 21/2023: 32.5 hours a week
    monday_to_thursday=((dt.time(8), dt.time(12)), (dt.time(12, 30), dt.time(15, 45))),
    friday=((dt.time(8), dt.time(11, 30)),),
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Period:
    """Other hours than the regular ones, from `first` to `last` inclusive (None: until further notice)."""

    name: str
    first: dt.date
    last: dt.date | None
    hours: Hours

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpecialDay:
    """A day about which the office has said whether it works, and why."""

    day: dt.date
    working: bool
    reason: str


@dataclasses.dataclass(frozen=True)
class _Year:
    """A year laid out: the spans of each day, and the working time before each (one more: the year's whole)."""

    spans: tuple[DaySpans, ...]
    before: tuple[dt.timedelta, ...]


@dataclasses.dataclass(frozen=True)
class WorkingCalendar:
    """The calendar in force. Where periods overlap, the later in the row counts.

    `a_day`: each day that is worked counts as long as this, whatever its hours, and a part of it for that part.
    """

    periods: tuple[Period, ...] = ()
    days: tuple[SpecialDay, ...] = ()
    a_day: dt.timedelta | None = None
    _years: dict[int, _Year] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    def works_on(self, day: dt.date) -> bool:
        """Whether the office is open on a day."""
        said = self._said.get(day)
        return said.working if said else day.weekday() < SATURDAY and day not in legal_holidays(day.year)

    def why_free(self, day: dt.date) -> str:
        """Return the name of the holiday a day is; "" for a weekend, or a day that is worked."""
        said = self._said.get(day)
        if said:
            return "" if said.working else said.reason
        return legal_holidays(day.year).get(day, "")

    def hours_on(self, day: dt.date) -> Hours:
        """Return the hours in force on a day."""
        return next((period.hours for period in reversed(self.periods) if period.holds(day)), REGULAR)

    def spans(self, day: dt.date) -> DaySpans:
        """Return the spans (begin, end) in which the office works on a day."""
        return self._year(day.year).spans[_index(day)]

    @functools.cached_property
    def by_days(self) -> WorkingCalendar:
        """Return the calendar by which "2 hari" are two working days, in Ramadan's shorter ones too."""
        return WorkingCalendar(self.periods, self.days, WORKING_DAY)

    def is_open(self, moment: dt.datetime) -> bool:
        """Whether the office works at a moment; not any more at the moment in which it closes."""
        return any(opens <= moment < closes for opens, closes in self.spans(moment.astimezone(WITA).date()))

    def working_time(self, begin: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return the working time between two moments; none where `end` is before `begin`."""
        if end <= begin:
            return NOTHING
        first, last = begin.astimezone(WITA).year, end.astimezone(WITA).year
        whole = sum((self._year(year).before[-1] for year in range(first, last)), NOTHING)
        return whole + self._worked_in_year(end) - self._worked_in_year(begin)

    def after(self, begin: dt.datetime, span: dt.timedelta) -> dt.datetime:
        """Return the first moment by which `span` of working time has passed since `begin`."""
        if span <= NOTHING:
            return begin
        year = begin.astimezone(WITA).year
        left = self._worked_in_year(begin) + span
        while left > self._year(year).before[-1]:
            left -= self._year(year).before[-1]
            year += 1
        laid_out = self._year(year)
        day = bisect.bisect_left(laid_out.before, left) - 1
        left = self._in_hours(left - laid_out.before[day], laid_out.spans[day])
        for opens, closes in laid_out.spans[day]:
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("a day is as long as its spans")

    def _worked_in_year(self, moment: dt.datetime) -> dt.timedelta:
        day = moment.astimezone(WITA).date()
        year, index = self._year(day.year), _index(day)
        today = (min(closes, moment) - opens for opens, closes in year.spans[index] if opens < moment)
        return year.before[index] + self._counted(sum(today, NOTHING), year.spans[index])

    def _counted(self, worked: dt.timedelta, spans: DaySpans) -> dt.timedelta:
        """Return what was worked on a day of these hours as this calendar counts it."""
        if self.a_day is None or not spans:
            return worked
        return INSTANT * (worked // INSTANT * (self.a_day // INSTANT) // (_length(spans) // INSTANT))

    def _in_hours(self, counted: dt.timedelta, spans: DaySpans) -> dt.timedelta:
        """Return the hours of a day that count as much; never an instant too few."""
        if self.a_day is None:
            return counted
        return INSTANT * -(-(counted // INSTANT) * (_length(spans) // INSTANT) // (self.a_day // INSTANT))

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._laid_out(year)
        return self._years[year]

    def _laid_out(self, year: int) -> _Year:
        first = dt.date(year, 1, 1)
        days = [first + DAY * index for index in range((dt.date(year + 1, 1, 1) - first).days)]
        spans = tuple(self._spans(day) for day in days)
        before = [NOTHING]
        for one in spans:
            before.append(before[-1] + self._counted(_length(one), one))
        return _Year(spans, tuple(before))

    def _spans(self, day: dt.date) -> DaySpans:
        hours = self.hours_on(day).of(day) if self.works_on(day) else ()
        return tuple((dt.datetime.combine(day, a, WITA), dt.datetime.combine(day, b, WITA)) for a, b in hours)

    @functools.cached_property
    def _said(self) -> Mapping[dt.date, SpecialDay]:
        return {special.day: special for special in self.days}


@functools.lru_cache(maxsize=64)
def legal_holidays(year: int) -> Mapping[dt.date, str]:
    """Return the national holidays and cuti bersama of a year with their names (SKB tiga menteri), as far as known."""
    found = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return dict(found.items())


def _length(spans: DaySpans) -> dt.timedelta:
    return sum((closes - opens for opens, closes in spans), NOTHING)


def _index(day: dt.date) -> int:
    return day.timetuple().tm_yday - 1
