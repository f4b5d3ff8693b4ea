"""The working calendar against a slow reference that looks at every minute by itself."""

from __future__ import annotations

import datetime as dt
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.calendar.working_calendar import RAMADAN, REGULAR, Period, SpecialDay, WorkingCalendar, legal_holidays
from workflows.words import WITA

MINUTE = dt.timedelta(minutes=1)
FIRST = dt.datetime(2026, 1, 30, tzinfo=WITA)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=WITA)


def is_worked(calendar: WorkingCalendar, minute: dt.datetime) -> bool:
    """The reference: what an official would say of one minute, looking at the rules in turn."""
    day = minute.date()
    said = [special.working for special in calendar.days if special.day == day]
    if not (said[-1] if said else minute.isoweekday() <= 5 and day not in legal_holidays(day.year)):
        return False
    hours = REGULAR
    for period in calendar.periods:
        if period.first <= day <= (period.last or day):
            hours = period.hours
    spans = hours.friday if minute.isoweekday() == 5 else hours.monday_to_thursday
    return any(opens <= minute.time() < closes for opens, closes in spans)


def minutes_worked(calendar: WorkingCalendar, begin: dt.datetime, end: dt.datetime) -> int:
    count = int((end - begin) / MINUTE)
    return sum(is_worked(calendar, begin + MINUTE * n) for n in range(count))


days = st.integers(0, 60).map(lambda n: (FIRST + dt.timedelta(days=n)).date())
moments = st.integers(0, 40 * 24 * 60).map(lambda n: FIRST + MINUTE * n)
special_days = st.lists(
    st.builds(SpecialDay, day=days, working=st.booleans(), reason=st.just("x")), max_size=4, unique_by=lambda s: s.day
)
periods = st.lists(
    st.builds(
        Period,
        name=st.just("x"),
        first=days,
        last=st.one_of(st.none(), days),
        hours=st.sampled_from([RAMADAN, REGULAR]),
    ),
    max_size=3,
)
calendars = st.builds(lambda p, d: WorkingCalendar(tuple(p), tuple(d)), periods, special_days)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(0, 9 * 24 * 60))
def test_working_time_is_the_count_of_the_minutes_that_are_worked(
    calendar: WorkingCalendar, begin: dt.datetime, length: int
) -> None:
    end = begin + MINUTE * length
    assert calendar.working_time(begin, end) == MINUTE * minutes_worked(calendar, begin, end)
    assert calendar.is_open(begin) == is_worked(calendar, begin)


@settings(max_examples=300, deadline=None)
@given(calendars, moments, st.integers(1, 100 * 60))
def test_a_span_is_over_at_the_first_moment_by_which_it_was_worked(
    calendar: WorkingCalendar, begin: dt.datetime, minutes: int
) -> None:
    over = calendar.after(begin, MINUTE * minutes)
    assert calendar.working_time(begin, over) == MINUTE * minutes
    assert calendar.working_time(begin, over - MINUTE) == MINUTE * (minutes - 1)
    assert is_worked(calendar, over - MINUTE)  # never over at night


def test_the_year_turns_and_utc_is_another_day() -> None:
    calendar = WorkingCalendar()
    eve = dt.datetime(2026, 12, 31, 7, 0, tzinfo=dt.UTC)  # Thursday 15:00 WITA; the first of January is free
    assert calendar.after(eve, dt.timedelta(hours=2)) == at("2027-01-04T08:30")
    assert calendar.working_time(eve, at("2027-01-04T08:30")) == dt.timedelta(hours=2)


def test_a_holiday_that_is_added_moves_what_comes_after_it() -> None:
    begin, span = at("2026-11-24T10:00"), dt.timedelta(hours=7.5)
    free = WorkingCalendar(days=(SpecialDay(day=dt.date(2026, 11, 25), working=False, reason="HUT Kota Tarakan"),))
    assert WorkingCalendar().after(begin, span) == at("2026-11-25T10:00")
    assert free.after(begin, span) == at("2026-11-26T10:00")
    assert free.why_free(dt.date(2026, 11, 25)) == "HUT Kota Tarakan"


def test_a_holiday_of_the_law_may_be_worked_all_the_same() -> None:
    christmas = dt.date(2026, 12, 25)
    assert WorkingCalendar().why_free(christmas)
    worked = WorkingCalendar(days=(SpecialDay(day=christmas, working=True, reason="Posko"),))
    assert worked.working_time(at("2026-12-25T00:00"), at("2026-12-26T00:00")) == dt.timedelta(hours=7.5)


def test_a_working_week_has_the_hours_of_the_law() -> None:
    ramadan = Period(name="Ramadan", first=dt.date(2026, 2, 19), last=dt.date(2026, 3, 19), hours=RAMADAN)
    week = (at("2026-03-02T00:00"), at("2026-03-09T00:00"))
    assert WorkingCalendar().working_time(*week) == dt.timedelta(hours=37.5)
    assert WorkingCalendar((ramadan,)).working_time(*week) == dt.timedelta(hours=32.5)


def test_a_case_that_has_lain_for_years_is_measured_as_fast_as_a_new_one() -> None:
    calendar = WorkingCalendar()
    calendar.working_time(at("2020-01-01T00:00"), at("2026-11-24T00:00"))  # the years are laid out once
    begun = time.process_time()
    for minute in range(10_000):
        calendar.working_time(at("2020-01-02T08:00") + MINUTE * minute, at("2026-11-24T10:00"))
    assert time.process_time() - begun < 5.0  # a walk over the days takes minutes


@settings(max_examples=25, deadline=None)
@given(calendars, moments, st.integers(0, 3 * 24 * 60))
def test_by_days_each_worked_day_counts_alike_and_a_part_of_it_for_that_part(
    calendar: WorkingCalendar, begin: dt.datetime, minutes: int
) -> None:
    end, counted = begin + MINUTE * minutes, 0.0
    for number in range((end.date() - begin.date()).days + 1):
        midnight = dt.datetime.combine(begin.date(), dt.time(), WITA) + dt.timedelta(days=number)
        whole = minutes_worked(calendar, midnight, midnight + dt.timedelta(days=1))
        part = minutes_worked(calendar, max(midnight, begin), min(midnight + dt.timedelta(days=1), end))
        counted += part / whole * 450 if whole else 0
    assert abs(calendar.by_days.working_time(begin, end) / MINUTE - counted) < 0.001


@settings(max_examples=40, deadline=None)
@given(calendars, moments, st.integers(1, 5 * 450))
def test_a_span_of_days_is_over_when_it_was_counted(
    calendar: WorkingCalendar, begin: dt.datetime, minutes: int
) -> None:
    over, span = calendar.by_days.after(begin, MINUTE * minutes), MINUTE * minutes
    assert span <= calendar.by_days.working_time(begin, over) < span + dt.timedelta(seconds=1)


def test_two_days_are_two_working_days_in_ramadan_too() -> None:
    ramadan = WorkingCalendar((Period(name="Ramadan", first=at("2026-02-18").date(), last=None, hours=RAMADAN),))
    thursday = at("2026-02-26T08:00")
    two_days = dt.timedelta(hours=15)
    assert ramadan.by_days.after(thursday, two_days) == at("2026-02-27T11:30")  # Friday's short day is one of them
    assert ramadan.after(thursday, two_days) > at("2026-03-02T00:00")  # counted by hours it would go on to Monday
    assert WorkingCalendar().by_days.after(at("2026-11-26T07:30"), two_days) == at("2026-11-27T16:30")
