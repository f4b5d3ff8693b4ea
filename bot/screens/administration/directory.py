"""What an administrator sees: people, their offices, and the list of OPDs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, keyboard, pages, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows import words
from workflows.store.tables import Opd, Person

PAGE = 10


def people_screen(shown: Sequence[tuple[Person, Sequence[str]]], count: int, page: int) -> Screen:
    """Return one page of the `count` people there are: those `shown`, each with their offices in words."""
    rows: list[Row] = [[button(person.name, Show("person", (str(person.id),)))] for person, _ in shown]
    rows += [
        pages("people", page, -(-count // PAGE)),
        [button(plain("admin.kertas_judul"), Do("enter_official"))],
        to_menu(),
    ]
    lines = [html("admin.orang_baris", name=person.name, offices=list(offices)) for person, offices in shown]
    return Screen(text=fit([html("admin.orang_judul", count=count), "", *lines]), keyboard=keyboard(rows))


def person_screen(person: Person, offices: Sequence[tuple[int, str]]) -> Screen:
    """Return one person; each office (mandate id, words) can be ended."""
    text = html(
        "admin.orang_satu",
        name=person.name,
        nip=person.nip,
        phone=words.phone(person.phone),
        known=person.telegram_id is not None,
        offices=[words for _, words in offices],
    )
    rows: list[Row] = [
        [button(plain("admin.akhiri", office=words), Show("end_mandate", (str(mandate),)), "danger")]
        for mandate, words in offices
    ]
    rows.append([button(plain("admin.orang_kembali"), Show("people"))])
    return Screen(text=text, keyboard=keyboard(rows))


def end_mandate_screen(person: Person, mandate_id: int, office: str) -> Screen:
    """Ask once more before an office is ended."""
    rows: list[Row] = [
        [button(plain("admin.akhiri_ya"), Do("end_mandate", (str(mandate_id),)), "danger")],
        [button(plain("admin.tidak"), Show("person", (str(person.id),)))],
    ]
    return Screen(text=html("admin.akhiri_tanya", office=office, name=person.name), keyboard=keyboard(rows))


def opds_screen(opds: Sequence[Opd], page: int) -> Screen:
    """Return one page of the OPDs, those out of use too."""
    rows: list[Row] = [
        [button(plain("admin.opd_baris", name=opd.name, active=opd.active), Show("opd", (str(opd.id),)))]
        for opd in opds[page * PAGE : (page + 1) * PAGE]
    ]
    rows += [
        pages("opds", page, _count(opds)),
        [button(plain("admin.opd_tambah"), Do("add_opd"), "primary")],
        to_menu(),
    ]
    return Screen(text=html("admin.opd_judul", count=len(opds)), keyboard=keyboard(rows))


def opd_screen(opd: Opd) -> Screen:
    """Return one OPD and what can be done with it."""
    one = (str(opd.id),)
    switch = (
        button(plain("admin.opd_nonaktifkan"), Do("opd_off", one), "danger")
        if opd.active
        else button(plain("admin.opd_aktifkan"), Do("opd_on", one))
    )
    rows: list[Row] = [
        [button(plain("admin.opd_ganti_nama"), Do("rename_opd", one))],
        [switch],
        [button(plain("admin.opd_kembali"), Show("opds"))],
    ]
    return Screen(
        text=html("admin.opd_satu", name=opd.name, head=opd.head_title, active=opd.active), keyboard=keyboard(rows)
    )


def _count(items: Sequence[object]) -> int:
    return -(-len(items) // PAGE)
