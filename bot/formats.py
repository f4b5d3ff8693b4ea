"""How facts are written in messages, in the language of who reads them; ready as filters for texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from babel import Locale

from bot import language
from workflows import words


def date(value: dt.date | str) -> str:
    """Write a day, given as such or in ISO 8601, as "24 November 2026"."""
    return words.date(dt.date.fromisoformat(value) if isinstance(value, str) else value, locale=locale())


def month(number: int) -> str:
    """Write the month of a year, 1 to 12."""
    return words.month(number, locale=locale())


def weekday_date(value: dt.date | str) -> str:
    """Write a day, or an instant given as such or in ISO 8601, as "Selasa, 24 November 2026"."""
    day = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return words.weekday_date(day, locale=locale())


def instant(value: dt.datetime | str) -> str:
    """Write an instant, given as such or in ISO 8601, as "24 November 2026 pukul 10.15 WITA"."""
    return words.date_time(dt.datetime.fromisoformat(value) if isinstance(value, str) else value, locale=locale())


def until(value: dt.datetime | str, begins: dt.datetime | str) -> str:
    """Write when something ends that `begins` then: the time alone ("23.30 WITA") where that is on the same day."""
    end, begin = (dt.datetime.fromisoformat(one) if isinstance(one, str) else one for one in (value, begins))
    same_day = end.astimezone(words.WITA).date() == begin.astimezone(words.WITA).date()
    return words.time(end, locale=locale()) if same_day else instant(end)


def brief_time(value: dt.datetime) -> str:
    """Write an instant for a button: "24 Nov 2026 10.15"."""
    return words.brief_time(value, locale=locale())


def duration(value: dt.timedelta | float) -> str:
    """Write a span, given as such or in seconds, as "2 jam 5 menit"."""
    span = value if isinstance(value, dt.timedelta) else dt.timedelta(seconds=value)
    return words.duration(span, locale=locale())


def working_duration(span: dt.timedelta) -> str:
    """Write working time as "1 hari 3 jam"."""
    return words.working_duration(span, locale=locale())


def number(value: float, decimals: int = 0) -> str:
    """Write a number with the language's separators: "20.000"."""
    return words.number(value, decimals, locale=locale())


def plural(count: int, one: str, other: str) -> str:
    """Write a count with its word, by the language's rule (CLDR, of Babel): "1 request", "2,000 requests"."""
    form = Locale.parse(locale()).plural_form(count)
    return f"{number(count)} {one if form == 'one' else other}"


def size(count: int) -> str:
    """Write bytes as "1,5 GB"."""
    return words.size(count, locale=locale())


def megabytes(count: int) -> str:
    """Write megabytes as a size."""
    return words.megabytes(count, locale=locale())


def bandwidth(kbit: int) -> str:
    """Write kbit/s as "20 Mbps"."""
    return words.bandwidth(kbit, locale=locale())


def bar(done: int, total: int, width: int = 10) -> str:
    """Draw progress as "▓▓▓░░░░░░░ 30%"; an unknown total draws an empty bar."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = round(share * width)
    return f"{'▓' * full}{'░' * (width - full)} {round(share * 100)}%"


def locale() -> str:
    """Return the locale of whoever reads, as Babel names it."""
    return language.current().locale


FILTERS: Mapping[str, Callable[..., str]] = {
    "tanggal": date,
    "hari_tanggal": weekday_date,
    "waktu": instant,
    "hingga": until,
    "lama": duration,
    "angka": number,
    "jamak": plural,
    "ukuran": megabytes,
    "besar": size,
    "bandwidth": bandwidth,
    "nip": words.nip,
}
