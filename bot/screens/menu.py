"""The menu, help and privacy: what a person has and may."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.callback_data import Do, Press, Show
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.screen import Screen
from bot.texts import has, html, plain
from workflows.engine.description import Sop
from workflows.retention import Periods
from workflows.store.tables import Person

WAYS: Mapping[str, tuple[str, Press]] = {
    "addresses": ("menu.alamat", Show("addresses")),
    "fleet": ("menu.server", Show("fleet")),
    "registers": ("menu.register", Show("registers")),
    "books": ("menu.buku_agenda", Show("agenda")),
    "to_sign": ("tanda_tangan.daftar", Show("to_sign")),
    "reports": ("menu.laporan", Show("reports")),
    "status": ("menu.status", Show("status")),
    "search": ("menu.cari", Do("search")),
    "deputies": ("menu.pengganti", Show("deputies")),
    "quorum": ("menu.kuorum", Show("quorum")),
}
"""What only some have in their menu, in its order: the text of the button and where it leads."""


def menu_screen(
    person: Person,
    offices: Sequence[str],
    *,
    openings: Sequence[Sop],
    on_paper: Sequence[Sop],
    tasks: int,
    ways: Collection[str],
    admin: bool,
) -> Screen:
    """Return the menu; `openings` are the SOPs under which this person may begin a case, `ways` some of `WAYS`."""
    rows = _openings(openings, on_paper)
    rows += [
        [button(plain("menu.tugas", count=tasks), Show("tasks"), "primary" if tasks else "")],
        [button(plain("menu.permohonan"), Show("cases")), button(plain("menu.hosting"), Show("hosting"))],
    ]
    rows += [[button(plain(label), press)] for name, (label, press) in WAYS.items() if name in ways]
    if admin:
        rows += [
            [button(plain("menu.undang"), Do("invite"), "primary")],
            [button(plain("menu.daftar_orang"), Show("people")), button(plain("menu.daftar_opd"), Show("opds"))],
            [button(plain("menu.kalender"), Show("calendar")), button(plain("menu.catatan_baca"), Show("readings"))],
        ]
    rows.append([button(plain("menu.bantuan"), Show("help"))])
    text = html("menu.sapaan", name=person.name, offices=list(offices), tasks=tasks)
    return Screen(text=text, keyboard=keyboard(rows))


def _openings(openings: Sequence[Sop], on_paper: Sequence[Sop]) -> list[Row]:
    rows: list[Row] = [
        [button(sop.opening.label, Do("open", (sop.code,)), sop.opening.style or "primary")] for sop in openings
    ]
    return rows + [[button(sop.paper.label, Do("open_paper", (sop.code,)))] for sop in on_paper if sop.paper]


def help_screen(roles: Collection[str], sheets: Sequence[Sop] = ()) -> Screen:
    """Return the help of the roles a person holds, and the SOPs whose sheet they may have."""
    lines = [html("bantuan.judul"), *(html(f"bantuan.{role}") for role in roles if has(f"bantuan.{role}"))]
    rows = [[button(plain("bantuan.lembar_sop", title=sop.title), Do("sop_sheet", (sop.code,)))] for sop in sheets]
    return Screen(text="\n\n".join([*lines, html("bantuan.umum")]), keyboard=keyboard([*rows, to_menu()]))


def privacy_screen(person: Person, offices: Sequence[str], kept: Periods) -> Screen:
    """Return what is kept of a person, why, and for how long (UU 27/2022)."""
    text = html(
        "privasi.isi",
        name=person.name,
        nip=person.nip,
        rank=person.rank,
        phone=person.phone,
        offices=list(offices),
        kept=kept,
    )
    rows = [
        [
            button(plain("privasi.unduh_pdf"), Do("own_data_pdf")),
            button(plain("privasi.unduh_json"), Do("own_data_json")),
        ],
        [button(plain("privasi.siapa_membaca"), Show("my_readings"))],
    ]
    return Screen(text=text, keyboard=keyboard([*rows, to_menu()]))
