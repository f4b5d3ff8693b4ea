"""The working calendar: hours and holidays that hold, and what this office says otherwise than the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, said, say, wait_for
from bot.settings import Settings
from workflows.calendar import office_calendar
from workflows.calendar.notation import NotationError, read_spans, write_spans
from workflows.calendar.ramadan import next_ramadan
from workflows.calendar.working_calendar import RAMADAN, Hours, Period, Spans, SpecialDay, WorkingCalendar
from workflows.refusal import Refused
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

app = typer.Typer(no_args_is_help=True)

Day = Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help="such as 2026-12-24")]
Until = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day; until further notice if none")]
Reason = Annotated[str, typer.Option(help="why, as people shall read it")]
Change = Callable[[UnitOfWork], Awaitable[None]]


@app.command()
def show() -> None:
    """Print what this office says otherwise than the law, and the holidays of the year that follows today."""
    calendar, today = wait_for(_read(load())), dt.datetime.now(WITA).date()
    say(f"Hours today ({today}): {write_spans(calendar.hours_on(today).of(today))}")
    for period in calendar.periods:
        last = period.last or "further notice"
        hours = f"{write_spans(period.hours.monday_to_thursday)}; Fri {write_spans(period.hours.friday)}"
        say(f"{period.first} to {last}: {period.name}: Mon-Thu {hours}")
    for special in calendar.days:
        say(f"{special.day}: {'worked' if special.working else 'free'}: {special.reason}")
    for ahead in range(366):
        day = today + dt.timedelta(days=ahead)
        if name := calendar.why_free(day):
            say(f"{day}: {name}")
    if found := next_ramadan(today):
        say(f"Next Ramadan, as computed: {found[0]} to {found[1]}; `layanan calendar ramadan` takes its hours over.")


@app.command()
def free(day: Day, reason: Reason) -> None:
    """Say that a day is free."""
    special = SpecialDay(day=day.date(), working=False, reason=said(reason))
    _change(lambda work: office_calendar.set_day(work, None, special))


@app.command("work")
def worked(day: Day, reason: Reason) -> None:
    """Say that a day is worked, though it is a weekend or a holiday."""
    special = SpecialDay(day=day.date(), working=True, reason=said(reason))
    _change(lambda work: office_calendar.set_day(work, None, special))


@app.command()
def hours(
    first: Day,
    *,
    name: Annotated[str, typer.Option(help="what people call it")],
    monday_to_thursday: Annotated[str, typer.Option(help='such as "08.00-12.00, 12.30-15.45"')],
    friday: Annotated[str, typer.Option(help='such as "08.00-11.30"')],
    until: Until = None,
) -> None:
    """Let other hours hold from a day on."""
    week = Hours(monday_to_thursday=_spans(monday_to_thursday), friday=_spans(friday))
    last = until.date() if until else None
    period = Period(name=said(name), first=first.date(), last=last, hours=week)
    _change(lambda work: office_calendar.add_period(work, None, period))


@app.command()
def ramadan(first: Day, until: Day) -> None:
    """Let the hours of Ramadan (Perpres 21/2023) hold between the days that the government announced."""
    period = Period(name=f"Ramadan {first.year}", first=first.date(), last=until.date(), hours=RAMADAN)
    _change(lambda work: office_calendar.add_period(work, None, period))


@app.command()
def undo(day: Day, until: Until = None) -> None:
    """Take back what was said of a day, or hours by their first day (and last, where they have one)."""
    first, last = day.date(), until.date() if until else None

    async def change(work: UnitOfWork) -> None:
        calendar = await office_calendar.calendar_of(work)
        if any((one.first, one.last) == (first, last) for one in calendar.periods):
            await office_calendar.remove_period(work, None, first, last)
        else:
            await office_calendar.clear_day(work, None, first)

    _change(change)


def _spans(text: str) -> Spans:
    try:
        return read_spans(text)
    except NotationError:
        fail(f'{text!r} names no hours; write "07.30-12.00, 13.00-16.00".')


def _change(change: Change) -> None:
    wait_for(_write(load(), change))
    say("Done. All deadlines are computed anew.")


REFUSALS = {
    "dates_reversed": "The last day lies before the first.",
    "calendar_full": f"The calendar holds {office_calendar.ENTRIES_MAX} entries: take old ones back first.",
    "calendar_gone": "Nothing was said of that day.",
}


async def _read(found: Settings) -> WorkingCalendar:
    async with bootstrap.open_database(found) as database, database.read() as work:
        return await office_calendar.calendar_of(work)


async def _write(found: Settings, change: Change) -> None:
    try:
        async with bootstrap.open_database(found) as database, database.write() as work:
            await change(work)
    except Refused as refused:
        fail(REFUSALS[refused.code])
