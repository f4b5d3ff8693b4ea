"""What people type to find cases is understood: words, a day, a month, a span of days, a state, in any order."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows.cases.search_query import understood
from workflows.engine.description import Status
from workflows.engine.fields import FieldError

TODAY = dt.date(2026, 11, 24)
ALIVE = frozenset({Status.OPEN, Status.WAITING_OPD})


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("typed", "first", "last", "words"),
    [
        ("24 November 2026", "2026-11-24", "2026-11-24", ""),
        ("24-11-2026", "2026-11-24", "2026-11-24", ""),
        ("2026-11-24 arsip", "2026-11-24", "2026-11-24", "arsip"),
        ("kemarin", "2026-11-23", "2026-11-23", ""),
        ("arsip hari ini", "2026-11-24", "2026-11-24", "arsip"),
        ("November 2026", "2026-11-01", "2026-11-30", ""),
        ("nop 2026", "2026-11-01", "2026-11-30", ""),
        ("02/2024", "2024-02-01", "2024-02-29", ""),
        ("dinas  kesehatan  februari 2026", "2026-02-01", "2026-02-28", "dinas kesehatan"),
        ("bulan lalu", "2026-10-01", "2026-10-31", ""),
        ("tahun 2025", "2025-01-01", "2025-12-31", ""),
        ("tahun ini", "2026-01-01", "2026-12-31", ""),
        ("1-15 November 2026", "2026-11-01", "2026-11-15", ""),
        ("1 s.d. 15 November 2026", "2026-11-01", "2026-11-15", ""),
        ("30 Oktober 2026 sampai 2 November 2026", "2026-10-30", "2026-11-02", ""),
        ("2 November 2026 - 30 Oktober 2026", "2026-10-30", "2026-11-02", ""),
        ("Oktober–November 2026 arsip", "2026-10-01", "2026-11-30", "arsip"),
        ("01/10/2026 s/d 24/11/2026", "2026-10-01", "2026-11-24", ""),
        ("sejak Oktober 2026", "2026-10-01", "", ""),
        ("dari 1 Oktober 2026 hingga kemarin", "2026-10-01", "2026-11-23", ""),
        ("november", "", "", "november"),
        ("HST-2026-0012", "", "", "HST-2026-0012"),
        ("13/2026", "", "", "13/2026"),
        ("e-arsip", "", "", "e-arsip"),
        ('"November 2026"', "", "", "November 2026"),
    ],
)
def test_days_are_told_from_words(typed: str, first: str, last: str, words: str) -> None:
    sought = understood(typed, today=TODAY)
    assert (sought.first, sought.last, sought.words) == (day(first), day(last), words)
    assert not sought.statuses


@pytest.mark.parametrize(
    ("typed", "statuses", "words"),
    [
        ("ditolak", frozenset({Status.REFUSED}), ""),
        ("Menunggu OPD", frozenset({Status.WAITING_OPD}), ""),
        ("arsip BERJALAN", ALIVE, "arsip"),
        ("status: selesai kesehatan", frozenset({Status.CLOSED}), "kesehatan"),
        ("dibatalkan", frozenset({Status.CANCELLED}), ""),
        ('"selesai"', frozenset(), "selesai"),
        ("“tugas selesai” ditarik", frozenset({Status.WITHDRAWN}), "tugas selesai"),
        ("penyelesaian", frozenset(), "penyelesaian"),
    ],
)
def test_states_are_told_from_words(typed: str, statuses: frozenset[Status], words: str) -> None:
    sought = understood(typed, today=TODAY)
    assert (sought.statuses, sought.words, sought.first) == (statuses, words, None)


def test_all_of_it_at_once() -> None:
    sought = understood("arsip ditolak 1-15 November 2026 kesehatan", today=TODAY)
    assert sought.words == "arsip kesehatan"
    assert sought.statuses == {Status.REFUSED}
    assert (sought.first, sought.last) == (dt.date(2026, 11, 1), dt.date(2026, 11, 15))


@pytest.mark.parametrize("typed", ["31 November 2026", "arsip 30/02/2026", "tahun 1600", "November 9999"])
def test_a_day_that_no_calendar_has_is_said(typed: str) -> None:
    with pytest.raises(FieldError):
        understood(typed, today=TODAY)
