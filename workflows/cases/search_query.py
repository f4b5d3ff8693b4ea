"""What somebody typed to find cases, understood: words, days and states, in any order ("arsip November 2026 ditolak").

What stands in quotation marks is looked for as it is, so a subject that holds "selesai" can be found too.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import re
from collections.abc import Mapping

from workflows.engine.description import Status
from workflows.engine.fields.dates import MONTHS_BY_NAME, parse_date

STATES: Mapping[str, frozenset[Status]] = {
    "menunggu opd": frozenset({Status.WAITING_OPD}),
    "berjalan": frozenset({Status.OPEN, Status.WAITING_OPD}),
    "diproses": frozenset({Status.OPEN, Status.WAITING_OPD}),
    "ditolak": frozenset({Status.REFUSED}),
    "ditarik": frozenset({Status.WITHDRAWN}),
    "dibatalkan": frozenset({Status.CANCELLED}),
    "selesai": frozenset({Status.CLOSED}),
}
_STATE = re.compile(rf"(?<![\w-])(?:(?:status|keadaan)[: ]+)?({'|'.join(STATES)})(?![\w-])", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
_NAME = "|".join(sorted(MONTHS_BY_NAME, key=len, reverse=True))
_TO = r"\s*(?:-|–|—|s\.? ?d\.?|s/d|sampai dengan|sampai|hingga)\s*"
_MONTH = rf"(?:{_NAME}) [0-9]{{4}}|(?:0?[1-9]|1[0-2])/[0-9]{{4}}|bulan (?:ini|lalu)"
_YEAR = r"tahun (?:[0-9]{4}|ini|lalu)"
_DAY = (
    rf"[0-9]{{1,2}}[-/. ]+(?:[0-9]{{1,2}}|{_NAME})[-/. ]+[0-9]{{4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|hari ini|kemarin"
)
_WHEN = rf"(?:{_DAY}|{_MONTH}|{_YEAR})"
_SHORTENED = rf"[0-9]{{1,2}}(?={_TO}[0-9]{{1,2}} (?:{_NAME}) [0-9]{{4}})|(?:{_NAME})(?={_TO}(?:{_NAME}) [0-9]{{4}})"
_PERIOD = re.compile(
    rf"(?<![\w-])(?P<open>(?:dari|sejak|mulai) )?(?P<begin>{_WHEN}|{_SHORTENED})(?:{_TO}(?P<end>{_WHEN}))?(?![\w-])",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sought:
    """What a case must have: `words` somewhere, a request from `first` to `last` (days in WITA), one of `statuses`."""

    words: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    statuses: frozenset[Status] = frozenset()


def understood(typed: str, *, today: dt.date) -> Sought:
    """Read what was typed. Raises `FieldError` for a day that no calendar has."""
    rest = " ".join(typed.split())
    literal = [quoted.strip() for quoted in _QUOTED.findall(rest)]
    rest = _QUOTED.sub(" ", rest)
    first = last = None
    period = _PERIOD.search(rest)
    if period is not None:
        first, last = _span(period, today)
        rest = f"{rest[: period.start()]} {rest[period.end() :]}"
    state = _STATE.search(rest)
    if state is not None:
        rest = f"{rest[: state.start()]} {rest[state.end() :]}"
    return Sought(
        words=" ".join([*literal, *rest.split()]),
        first=first,
        last=last,
        statuses=STATES[state[1].lower()] if state else frozenset(),
    )


def _span(found: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date | None]:
    begin, end = found["begin"].lower(), (found["end"] or "").lower()
    if not end:
        first, last = _days(begin, today)
        return first, None if found["open"] else last
    if begin.isdigit():
        begin = f"{begin} {end.split(' ', 1)[1]}"
    elif begin in MONTHS_BY_NAME:
        begin = f"{begin} {end[-4:]}"
    ends = [*_days(begin, today), *_days(end, today)]
    return min(ends), max(ends)


def _days(text: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a day, a month or a year."""
    if text == "kemarin":
        return (today - dt.timedelta(days=1),) * 2
    if re.fullmatch(_YEAR, text):
        year = today.year - (text == "tahun lalu") if text.endswith(("ini", "lalu")) else int(text[-4:])
        return parse_date(f"1/1/{year}", today=today), parse_date(f"31/12/{year}", today=today)
    if re.fullmatch(_MONTH, text):
        first = _first_of_month(text, today)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return (parse_date(text, today=today),) * 2


def _first_of_month(text: str, today: dt.date) -> dt.date:
    if text == "bulan ini":
        return today.replace(day=1)
    if text == "bulan lalu":
        return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    return parse_date(f"1 {text}" if " " in text else f"1/{text}", today=today)
