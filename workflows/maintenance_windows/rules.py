"""When a window is, and what is to be said of it by the clock. Pure."""

from __future__ import annotations

import datetime as dt
import enum

from workflows.calendar.notation import SPAN
from workflows.words import WITA

MORNING = dt.time(8)  # WITA, of the day before: when it is called to mind
PLANNED, DONE, CANCELLED = "planned", "done", "cancelled"


class Told(enum.StrEnum):
    """What people hear of a window; the value is the name of its text."""

    PLANNED = "direncanakan"
    MOVED = "dipindahkan"
    REMINDER = "besok"
    DONE = "selesai"
    CANCELLED = "dibatalkan"
    OVERDUE = "lewat"


class SpanError(ValueError):
    """What was typed names no time of a day."""


def span_of(day: dt.date, typed: str) -> tuple[dt.datetime, dt.datetime]:
    """Return when a window begins and ends: "21.00-23.30" on a day (WITA); an end before the begin is on the next day.

    Raises `SpanError`.
    """
    found = SPAN.fullmatch(typed.strip())
    if found is None:
        raise SpanError(typed)
    hours = [int(part) for part in found.groups()]
    try:
        first, last = dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3])
    except ValueError as error:
        raise SpanError(typed) from error
    begins, ends = (dt.datetime.combine(day, one, WITA) for one in (first, last))
    if begins == ends:
        raise SpanError(typed)
    return begins, ends if ends > begins else ends + dt.timedelta(days=1)


def reminder_at(begins: dt.datetime) -> dt.datetime:
    """Return when a window is called to mind: in the morning of the day before."""
    return dt.datetime.combine(begins.astimezone(WITA).date() - dt.timedelta(days=1), MORNING, WITA)


def due(*, begins: dt.datetime, ends: dt.datetime, announced: dt.datetime, now: dt.datetime) -> Told | None:
    """Return what is to be said of a planned window now, if it was not said yet.

    Who hears of it on the day before, or later, is not reminded: the announcement is fresh.
    """
    if now >= ends:
        return Told.OVERDUE
    if reminder_at(begins) <= now < begins and announced < reminder_at(begins):
        return Told.REMINDER
    return None
