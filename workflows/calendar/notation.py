"""The calendar as it is kept and as people type it: JSON in the settings, "07.30-12.00, 13.00-16.00" in words."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping
from typing import Any

from workflows.calendar.working_calendar import Hours, Period, Spans, SpecialDay, WorkingCalendar

SPANS_MAX = 4
SPAN = re.compile(r"(\d{1,2})[.:](\d{2})\s*(?:-|–|sampai|s\.d\.)\s*(\d{1,2})[.:](\d{2})")


TYPED = rf"\s*{SPAN.pattern}(?:[\s,;]+{SPAN.pattern})*[\s,;]*"  # hours, as far as their form goes


class NotationError(ValueError):
    """What was typed names no hours that one can work."""


def read_spans(text: str) -> Spans:
    """Read hours as typed: spans in their order that do not overlap. Raises `NotationError`."""
    found, rest = SPAN.findall(text), SPAN.sub("", text)
    if not 0 < len(found) <= SPANS_MAX or rest.strip(" ,;\n\t"):
        raise NotationError(text)
    try:
        spans = tuple((dt.time(int(a), int(b)), dt.time(int(c), int(d))) for a, b, c, d in found)
    except ValueError as error:
        raise NotationError(text) from error
    edges = [edge for span in spans for edge in span]
    if any(earlier >= later for earlier, later in itertools.pairwise(edges)):
        raise NotationError(text)
    return spans


def write_spans(spans: Spans) -> str:
    """Write hours as they are read: "07.30-12.00, 13.00-16.00"."""
    return ", ".join(f"{opens:%H.%M}-{closes:%H.%M}" for opens, closes in spans)


def from_json(data: Mapping[str, Any]) -> WorkingCalendar:
    """Return the calendar that `to_json` wrote."""
    return WorkingCalendar(
        periods=tuple(_period(one) for one in data.get("periods", ())),
        days=tuple(_special_day(one) for one in data.get("days", ())),
    )


def to_json(calendar: WorkingCalendar) -> dict[str, Any]:
    """Return what is kept of a calendar: what differs from the law."""
    return {
        "periods": [period_json(period) for period in calendar.periods],
        "days": [day_json(special) for special in calendar.days],
    }


def period_json(period: Period) -> dict[str, Any]:
    """Return a period fit for JSON."""
    return {
        "name": period.name,
        "first": period.first.isoformat(),
        "last": period.last.isoformat() if period.last else None,
        "monday_to_thursday": write_spans(period.hours.monday_to_thursday),
        "friday": write_spans(period.hours.friday),
    }


def day_json(special: SpecialDay) -> dict[str, Any]:
    """Return a special day fit for JSON."""
    return {"day": special.day.isoformat(), "working": special.working, "reason": special.reason}


def _period(data: Mapping[str, Any]) -> Period:
    return Period(
        name=data["name"],
        first=dt.date.fromisoformat(data["first"]),
        last=dt.date.fromisoformat(data["last"]) if data["last"] else None,
        hours=Hours(
            monday_to_thursday=read_spans(data["monday_to_thursday"]),
            friday=read_spans(data["friday"]),
        ),
    )


def _special_day(data: Mapping[str, Any]) -> SpecialDay:
    return SpecialDay(day=dt.date.fromisoformat(data["day"]), working=data["working"], reason=data["reason"])
