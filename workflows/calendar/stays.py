"""How long a case has been in a step, in working time, less what it waited for the OPD."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from workflows.calendar.working_calendar import WorkingCalendar
from workflows.engine.description import DAYS, Step
from workflows.store.tables import CaseStep

NOTHING = dt.timedelta()


def clock_of(step: Step, calendar: WorkingCalendar) -> WorkingCalendar:
    """Return the calendar by which a step's deadline is counted: in working days where it is said in days."""
    return calendar.by_days if step.deadline_text.endswith(DAYS) else calendar


def is_late(stay: CaseStep, step: Step, calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether a stay went on, up to its end or to `now`, beyond the deadline."""
    return worked(stay, clock_of(step, calendar), now) > step.deadline


def in_norm(stays: Iterable[CaseStep], step: Step, calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether stays in a step took no longer together than its norm."""
    by = calendar.by_days if step.norm_text.endswith(DAYS) else calendar
    return sum((worked(stay, by, now) for stay in stays), NOTHING) <= step.norm


def worked(stay: CaseStep, calendar: WorkingCalendar, now: dt.datetime) -> dt.timedelta:
    """Return the working time of a stay up to its end, or to `now`."""
    whole = calendar.working_time(stay.started_at, stay.finished_at or now)
    return max(whole - paused(stay, calendar, now), NOTHING)


def paused(stay: CaseStep, calendar: WorkingCalendar, now: dt.datetime) -> dt.timedelta:
    """Return the working time for which its clock stood still."""
    total = dt.timedelta(seconds=stay.paused_seconds)
    for begin, end in stay.pauses:
        total += calendar.working_time(dt.datetime.fromisoformat(begin), dt.datetime.fromisoformat(end))
    return total + (calendar.working_time(stay.paused_at, now) if stay.paused_at else NOTHING)


def stop(stay: CaseStep, now: dt.datetime) -> None:
    """Let its clock stand still: the OPD owes an answer. Nothing changes for one that does."""
    if stay.paused_at is None:
        stay.paused_at = now
        stay.due_at = None


def go_on(stay: CaseStep, now: dt.datetime) -> None:
    """Let its clock run again. Nothing changes for one that does."""
    if stay.paused_at is not None:
        stay.pauses = [*stay.pauses, [stay.paused_at.isoformat(), now.isoformat()]]
        stay.paused_at = None
