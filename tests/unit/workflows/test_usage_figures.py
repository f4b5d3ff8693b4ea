"""Levels are told once when they are reached, and a forecast is said only where the past says something."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from provisioning.spec import HostingSpec, Kind, Limits
from workflows.usage.figures import DayUse, Level, Resource, limits_of, sums
from workflows.usage.forecast import full_on, reached_on
from workflows.usage.levels import crossings, told

TODAY = dt.date(2026, 11, 26)


def disk(percent: int) -> list[Level]:
    return [Level(resource=Resource.DISK, used=percent, limit=100)]


def points(*values: float) -> list[tuple[dt.date, int]]:
    first = TODAY - dt.timedelta(days=len(values) - 1)
    return [(first + dt.timedelta(days=number), int(value)) for number, value in enumerate(values)]


def test_each_level_is_told_once_however_long_it_stands_and_again_after_it_was_left() -> None:
    before: dict[Resource, int] = {}
    heard = []
    for percent in (10, 79, 80, 81, 79, 80, 76, 94, 95, 99, 120, 96, 91, 95, 89, 95, 74, 60, 80):
        heard += [(percent, one.percent) for one in crossings(before, disk(percent))]
        before = told(before, disk(percent))
    assert heard == [(80, 80), (95, 95), (95, 95), (80, 80)]


def test_who_leaps_over_both_levels_hears_of_the_higher_alone() -> None:
    assert [one.percent for one in crossings({}, disk(97))] == [95]


def test_levels_are_whole_percents_that_are_reached() -> None:
    assert crossings({}, [Level(resource=Resource.DISK, used=7999, limit=10000)]) == []
    assert crossings({}, [Level(resource=Resource.DISK, used=8000, limit=10000)]) != []


def test_a_hosting_without_a_database_has_no_limit_of_one() -> None:
    spec = HostingSpec(slug="a", domains=("a.kota.test",), kind=Kind.STATIC, limits=Limits(disk_mb=2, inodes=7))
    assert limits_of(spec) == {Resource.DISK: 2 * 1024 * 1024, Resource.INODES: 7}


def test_steady_growth_reaches_the_limit_on_the_day_the_line_does() -> None:
    assert reached_on(points(*range(100, 400, 10)), 450) == TODAY + dt.timedelta(days=6)  # 390 today, ten a day
    assert reached_on(points(*range(100, 400, 10)), 391) == TODAY + dt.timedelta(days=1)


def test_a_day_that_stands_out_moves_nothing() -> None:
    steady = [100 + 10 * day for day in range(30)]
    odd = [*steady]
    odd[12], odd[25] = 100_000, 0
    assert reached_on(points(*odd), 450) == reached_on(points(*steady), 450)


def test_noise_upon_growth_is_within_a_day_or_two() -> None:
    chance = random.Random(7)
    noisy = [1000 + 10 * day + chance.uniform(-8, 8) for day in range(30)]
    found = reached_on(points(*noisy), 1500)
    assert found is not None
    assert abs((found - TODAY).days - 21) <= 2


@pytest.mark.parametrize(
    "values",
    [
        [100, 120, 140, 160, 180, 200],  # six days
        [500] * 30,
        [500 - day for day in range(30)],
        [100] * 15 + [400] * 15,  # one upload, then rest
        [300, 100] * 15,
        [100 + day / 10 for day in range(30)],  # a year from now
        [400 + day * 10 for day in range(30)],  # it is full already
    ],
)
def test_it_is_silent_where_the_past_says_nothing_of_the_future(values: list[float]) -> None:
    assert reached_on(points(*values), 450) is None


def test_weekly_uploads_are_growth() -> None:
    assert reached_on(points(*[100 + 50 * (day // 7) for day in range(30)]), 450) is not None


def test_only_the_last_thirty_days_count_and_days_nobody_looked_are_left_out() -> None:
    first = TODAY - dt.timedelta(days=89)
    days = [
        DayUse(
            day=first + dt.timedelta(days=number),
            taken={} if number % 3 == 0 else {Resource.DISK: 10_000 - number * 100 if number < 60 else number * 10},
        )
        for number in range(90)
    ]
    assert full_on(days, Resource.DISK, 1000) == TODAY + dt.timedelta(days=11)  # 890 today, ten a day
    assert full_on(days, Resource.INODES, 1000) is None


def test_days_add_up() -> None:
    days = [
        DayUse(day=TODAY, requests=2, sent_bytes=5, server_errors=1),
        DayUse(day=TODAY, requests=3, received_bytes=7),
    ]
    total = sums(days)
    assert (total.requests, total.sent_bytes, total.received_bytes, total.server_errors) == (5, 5, 7, 1)
