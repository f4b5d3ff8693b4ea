"""Who stands in for whom (Plh, Plt), and ending it early."""

from __future__ import annotations

from collections.abc import Sequence

from bot import formats
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.deputies.lines import DeputyLine
from workflows.people.vacancies import Vacancy, VacancyReason

WHY = {
    VacancyReason.VACANT: "pengganti.kosong_vacant",
    VacancyReason.ENDS: "pengganti.kosong_ends",
    VacancyReason.UNREACHABLE: "pengganti.kosong_unreachable",
}


def deputies_screen(lines: Sequence[DeputyLine], *, names: bool) -> Screen:
    """Return the deputies of today and later; whoever `names` deputies gets a button for it."""
    text = [html("pengganti.judul"), *([] if lines else ["", html("pengganti.kosong")])]
    rows: list[Row] = []
    for line in lines:
        text += ["", _words(line)]
        if line.may_end:
            rows.append([button(plain("pengganti.akhiri", office=line.office), _ask(line), "danger")])
    if names:
        rows.insert(0, [button(plain("pengganti.tunjuk"), Do("appoint"), "primary")])
    return Screen(text=fit(text), keyboard=keyboard([*rows, to_menu()]))


def vacancy_screen(vacancy: Vacancy, *, names: bool) -> Screen:
    """Say that nobody holds an office, or will soon, and what waits for it; whoever may name a Plt gets a button."""
    offered = names and vacancy.position.role.single and vacancy.reason is not VacancyReason.UNREACHABLE
    text = html(
        WHY[vacancy.reason],
        office=vacancy.position.role.title,
        opd=vacancy.opd,
        since=vacancy.since,
        cases=vacancy.cases,
        offered=offered,
        names=names,
    )
    name_one = button(plain("pengganti.tunjuk"), Do("appoint", (vacancy.position.key,)), "primary")
    return Screen(text=text, keyboard=keyboard([[name_one]] if offered else []))


def end_deputy_screen(line: DeputyLine) -> Screen:
    """Ask once more before a deputy's time is ended."""
    rows: list[Row] = [
        [button(plain("pengganti.akhiri_ya"), Do("end_deputy", (str(line.mandate),)), "danger")],
        [button(plain("admin.tidak"), Show("deputies"))],
    ]
    text = html("pengganti.akhiri_tanya", office=line.office, name=line.name)
    return Screen(text=text, keyboard=keyboard(rows))


def _ask(line: DeputyLine) -> Show:
    return Show("end_deputy", (str(line.mandate),))


def _words(line: DeputyLine) -> str:
    return html(
        "pengganti.baris",
        office=line.office,
        name=line.name,
        decree=line.decree,
        starts=formats.date(line.starts),
        ends=formats.date(line.ends) if line.ends else None,
    )
