"""How times, sizes and numbers are written for people: Indonesian, in the office's zone (WITA)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

ZONE = ZoneInfo("Asia/Makassar")
ZONE_NAME = "WITA"
LOCALE = "id"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_GB_IN_MB = 1024


def date(value: dt.date | dt.datetime | str) -> str:
    """Write a date as "24 November 2026"; instants are taken to WITA first, ISO text is read."""
    return str(format_date(_local(value), "d MMMM y", locale=LOCALE))


def instant(value: dt.datetime | str) -> str:
    """Write an instant as "24 November 2026 pukul 10.15 WITA"."""
    local = _local(value)
    if not isinstance(local, dt.datetime):
        return date(local)
    return f"{date(local)} pukul {local:%H.%M} {ZONE_NAME}"


def number(value: float) -> str:
    """Write a number with Indonesian separators: 12.500 or 0,5."""
    return str(format_decimal(value, locale=LOCALE))


def size(megabytes: float) -> str:
    """Write a size given in MB (1024 * 1024 bytes) as "512 MB" or "2 GB"."""
    if megabytes < _GB_IN_MB:
        return f"{number(round(megabytes))} MB"
    return f"{number(round(megabytes / _GB_IN_MB, 1))} GB"


def duration(seconds: float) -> str:
    """Write a span by its two largest units: "45 detik", "3 menit", "2 jam 5 menit", "1 hari 4 jam"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} detik"
    if whole < _HOUR:
        return f"{whole // _MINUTE} menit"
    large, small = (_DAY, _HOUR) if whole >= _DAY else (_HOUR, _MINUTE)
    names = ("hari", "jam") if whole >= _DAY else ("jam", "menit")
    rest = whole % large // small
    return f"{whole // large} {names[0]}" + (f" {rest} {names[1]}" if rest else "")


def bar(done: int, total: int, width: int = 10) -> str:
    """Draw progress as "▓▓▓░░░░░░░ 30%"; an unknown total draws an empty bar."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = round(share * width)
    return f"{'▓' * full}{'░' * (width - full)} {round(share * 100)}%"


def _local(value: dt.date | dt.datetime | str) -> dt.date | dt.datetime:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    return value.astimezone(ZONE) if isinstance(value, dt.datetime) else value
