"""When a window is, and what is to be said of it by the clock. Pure."""

from __future__ import annotations

import datetime as dt
import enum

from workflows.calendar.notation import SPAN
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.words import WITA

MORNING = dt.time(8)  # WITA: when it is called to mind
HOLIDAYS_MOST = 31  # days without an office in a row, and more than any year has
PLANNED, DONE, CANCELLED = "planned", "done", "cancelled"


class WindowNotice(enum.StrEnum):
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


def reminder_at(begins: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """Return when a window is called to mind: in the last morning of the office before the day on which it begins."""
    day = begins.astimezone(WITA).date()
    before = [day - dt.timedelta(days=back) for back in range(1, HOLIDAYS_MOST + 1)]
    worked = next((one for one in before if calendar.works_on(one)), before[0])
    return dt.datetime.combine(worked, MORNING, WITA)


def due(
    *, begins: dt.datetime, ends: dt.datetime, announced: dt.datetime, now: dt.datetime, calendar: WorkingCalendar
) -> WindowNotice | None:
    """Return what is to be said of a planned window now, if it was not said yet.

    Who hears of it on the last working day before, or later, is not reminded: the announcement is fresh.
    """
    if now >= ends:
        return WindowNotice.OVERDUE
    reminder = reminder_at(begins, calendar)
    return WindowNotice.REMINDER if announced < reminder <= now < begins else None


def days_until(begins: dt.datetime, now: dt.datetime) -> int:
    """Return how many days (WITA) lie between today and the day on which a window begins."""
    return (begins.astimezone(WITA).date() - now.astimezone(WITA).date()).days
