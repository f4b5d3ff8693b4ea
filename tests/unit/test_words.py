"""Facts in the words of an Indonesian office, whatever zone the server lives in."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows import words

EVENING_UTC = dt.datetime(2026, 11, 23, 17, 5, tzinfo=dt.UTC)  # already the 24th in Tarakan


def test_moments_are_told_in_wita() -> None:
    assert words.date_time(EVENING_UTC) == "24 November 2026 pukul 01.05 WITA"
    assert words.date(dt.date(2026, 8, 1)) == "1 Agustus 2026"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        words.date_time(dt.datetime(2026, 11, 24, 9))  # noqa: DTZ001  (that is the case)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 byte"), (512, "512 byte"), (2048, "2 kB"), (1_610_612_736, "1,5 GB"), (2 * 1024**3, "2 GB")],
)
def test_sizes(count: int, expected: str) -> None:
    assert words.size(count) == expected


def test_numbers_and_rates() -> None:
    assert words.number(200_000) == "200.000"
    assert words.number(1.5, 1) == "1,5"
    assert words.bandwidth(20_000) == "20 Mbps"
    assert words.bandwidth(512) == "512 kbps"
    assert words.megabytes(2048) == "2 GB"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "0 detik"),
        (30, "30 detik"),
        (125, "2 menit"),
        (3600, "1 jam"),
        (3725, "1 jam 2 menit"),
        (2 * 86400 + 3 * 3600 + 59, "2 hari 3 jam"),
    ],
)
def test_durations_keep_the_two_largest_units(seconds: int, expected: str) -> None:
    assert words.duration(dt.timedelta(seconds=seconds)) == expected


def test_months_counts_and_nip() -> None:
    assert [words.roman_month(dt.date(2026, month, 1)) for month in (1, 4, 9, 12)] == ["I", "IV", "IX", "XII"]
    assert words.counted(1) == "1 (satu)"
    assert words.counted(25) == "25"
    assert words.nip("197505161995011001") == "19750516 199501 1 001"
    assert words.nip("1975") == "1975"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("+6281234567890", "0812 3456 7890"),
        ("+62 812-3456-7890", "0812 3456 7890"),
        ("+60123456789", "+60123456789"),
        ("belum ada", "belum ada"),
    ],
)
def test_telephone_numbers_are_written_as_they_are_dialled(typed: str, expected: str) -> None:
    assert words.phone(typed) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.5, "30 menit"),
        (7.5, "1 hari"),
        (10, "1 hari 2 jam"),
        (20, "2 hari 5 jam"),
        (0.01, "kurang dari 1 menit"),
        (-3, "kurang dari 1 menit"),
    ],
)
def test_a_day_of_working_time_has_the_hours_that_are_worked(hours: float, expected: str) -> None:
    assert words.working_duration(dt.timedelta(hours=hours)) == expected
