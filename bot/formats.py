"""How facts are written in messages: the office's words, ready as filters for texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from workflows import words


def date(value: dt.date | str) -> str:
    """Write a day, given as such or in ISO 8601, as "24 November 2026"."""
    return words.date(dt.date.fromisoformat(value) if isinstance(value, str) else value)


def weekday_date(value: dt.date | str) -> str:
    """Write a day, or an instant given as such or in ISO 8601, as "Selasa, 24 November 2026"."""
    return words.weekday_date(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)


def instant(value: dt.datetime | str) -> str:
    """Write an instant, given as such or in ISO 8601, as "24 November 2026 pukul 10.15 WITA"."""
    return words.date_time(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)


def duration(value: dt.timedelta | float) -> str:
    """Write a span, given as such or in seconds, as "2 jam 5 menit"."""
    return words.duration(value if isinstance(value, dt.timedelta) else dt.timedelta(seconds=value))


def bar(done: int, total: int, width: int = 10) -> str:
    """Draw progress as "▓▓▓░░░░░░░ 30%"; an unknown total draws an empty bar."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = round(share * width)
    return f"{'▓' * full}{'░' * (width - full)} {round(share * 100)}%"


FILTERS: Mapping[str, Callable[[Any], str]] = {
    "tanggal": date,
    "hari_tanggal": weekday_date,
    "waktu": instant,
    "lama": duration,
    "angka": words.number,
    "ukuran": words.megabytes,
    "besar": words.size,
    "bandwidth": words.bandwidth,
    "nip": words.nip,
}
