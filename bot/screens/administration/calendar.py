"""The working calendar as the administrator sees it: today's hours, what comes, what the office itself has said."""

from __future__ import annotations

import datetime as dt

from bot import formats
from bot.callback_data import Do
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.calendar.notation import write_spans
from workflows.calendar.working_calendar import Period, SpecialDay, WorkingCalendar

HOLIDAYS_SHOWN = 6
LOOKS_AHEAD = 366  # days
OWN_SHOWN = 10  # periods and days each: the newest; `layanan calendar show` has all


def calendar_screen(calendar: WorkingCalendar, today: dt.date) -> Screen:
    """Return the calendar from today on, with buttons to change it."""
    periods, days = calendar.periods[-OWN_SHOWN:], calendar.days[-OWN_SHOWN:]
    lines = [_today(calendar, today), "", html("kalender.libur_judul")]
    lines += [html("kalender.libur_baris", day=day, name=name) for day, name in _holidays(calendar, today)]
    lines += ["", html("kalender.jam_judul"), *map(_period, periods)] if periods else []
    lines += ["", html("kalender.sendiri_judul"), *map(_day, days)] if days else []
    lines += ["", html("kalender.geser")]
    rows: list[Row] = [
        [
            button(plain("kalender.tambah_libur"), Do("calendar", ("libur",)), "primary"),
            button(plain("kalender.tambah_hari_kerja"), Do("calendar", ("hari_kerja",))),
        ],
        [
            button(plain("kalender.ubah_jam"), Do("calendar", ("jam_kerja",))),
            button(plain("kalender.usul_ramadan"), Do("calendar", ("ramadan",))),
        ],
        *(_take_back(one.name, one.first.isoformat(), one.last.isoformat() if one.last else "-") for one in periods),
        *(_take_back(formats.date(one.day), one.day.isoformat()) for one in days),
        to_menu(),
    ]
    return Screen(text=fit(lines), keyboard=keyboard(rows))


def _today(calendar: WorkingCalendar, today: dt.date) -> str:
    if calendar.works_on(today):
        return html("kalender.hari_ini", day=today, hours=write_spans(calendar.hours_on(today).of(today)))
    return html("kalender.hari_ini_libur", day=today, name=calendar.why_free(today))


def _holidays(calendar: WorkingCalendar, today: dt.date) -> list[tuple[dt.date, str]]:
    days = (today + dt.timedelta(days=ahead) for ahead in range(1, LOOKS_AHEAD))
    found = ((day, calendar.why_free(day)) for day in days if day.weekday() < 5 or not calendar.works_on(day))
    return [(day, name) for day, name in found if name][:HOLIDAYS_SHOWN]


def _period(period: Period) -> str:
    return html(
        "kalender.jam_baris",
        name=period.name,
        first=period.first,
        last=period.last,
        monday_to_thursday=write_spans(period.hours.monday_to_thursday),
        friday=write_spans(period.hours.friday),
    )


def _day(special: SpecialDay) -> str:
    return html("kalender.sendiri_baris", day=special.day, working=special.working, reason=special.reason)


def _take_back(what: str, *args: str) -> Row:
    return [button(plain("kalender.hapus", what=what), Do("calendar_undo", args), "danger")]
