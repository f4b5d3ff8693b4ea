"""Dates as people in an Indonesian office write them; English names are understood too, of whoever reads English."""

from __future__ import annotations

import datetime
import re

from workflows.engine.fields.faults import Fault, FieldError

_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_FULL = (
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
)
_OTHER = {"pebruari": 2, "nopember": 11, "agt": 8, "agust": 8, "sept": 9, "nop": 11, "peb": 2}
MONTHS_BY_NAME = {name: n for names in (_MONTHS, _FULL) for n, name in enumerate(names, start=1)} | _OTHER
_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
_ENGLISH_ALONE = {name: n for n, name in enumerate(_ENGLISH, start=1)} | {
    "december": 12,
    "aug": 8,
    "oct": 10,
    "dec": 12,
}
_NAMED = _ENGLISH_ALONE | MONTHS_BY_NAME
_SAID = {"kemarin": -1, "hari ini": 0, "besok": 1, "lusa": 2}  # days from today
_SAID |= {"yesterday": -1, "today": 0, "tomorrow": 1}
_YEARS = range(1945, 2101)
_SHAPE = re.compile(r"([0-9]{1,2})(?:[-/. ]+)([0-9]{1,2}|[a-z]+)\.?(?:[-/. ]+)([0-9]{4})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


def parse_date(raw: str, *, today: datetime.date, past_only: bool = False, future_only: bool = False) -> datetime.date:
    """Read "24 November 2026", "24-11-2026", "24/11/2026", "2026-11-24", "hari ini" or "besok". Raises `FieldError`.

    `past_only` and `future_only` both take today.
    """
    text, shown = " ".join(raw.lower().split()), " ".join(raw.split())[:40]
    date = today + datetime.timedelta(days=_SAID[text]) if text in _SAID else _calendar_date(text, shown)
    if past_only and date > today:
        raise FieldError(Fault.DATE_FUTURE, text=shown)
    if future_only and date < today:
        raise FieldError(Fault.DATE_PAST, text=shown)
    return date


def _calendar_date(text: str, shown: str) -> datetime.date:
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    else:
        match = _SHAPE.fullmatch(text)
        named = match[2] if match else ""
        if match is None or not (named.isdigit() or named in _NAMED):
            raise FieldError(Fault.DATE_FORM)
        day, year = int(match[1]), int(match[3])
        month = int(named) if named.isdigit() else _NAMED[named]
    if year not in _YEARS:
        raise FieldError(Fault.DATE_YEAR, text=shown)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise FieldError(Fault.DATE_IMPOSSIBLE, text=shown) from None
