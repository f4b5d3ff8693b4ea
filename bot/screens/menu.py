"""The menu, help and privacy: what a person has and may."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from bot.callback_data import Do, Press, Show
from bot.screens.keyboards import Row, button, keyboard, packed, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows import words
from workflows.engine.description import Sop
from workflows.engine.duties import Service
from workflows.retention.schedule import Periods
from workflows.store.tables import Person

WAYS: Mapping[str, tuple[str, Press]] = {
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
    rows += packed([button(plain(label), press) for name, (label, press) in WAYS.items() if name in ways])
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


@dataclasses.dataclass(frozen=True)
class RoleHelp:
    """What somebody may do by one of their roles."""

    title: str
    services: Sequence[Service]


def help_screen(
    roles: Sequence[RoleHelp],
    *,
    ways: Collection[str],
    admin: bool,
    guides: Mapping[str, str],
    sheets: Sequence[Sop] = (),
    languages: bool = False,
    phone: str = "",
    email: str = "",
) -> Screen:
    """Return the help for what a person may do: by their roles in the SOPs, then by the `ways` of their menu.

    `guides` are the titles of their roles' guides, by role; `sheets` the SOPs whose sheet they may have;
    `languages`: they may choose the language they read. `phone` and `email` are the office's: many a message says to
    ask it.
    """
    parts = [html("bantuan.judul"), html("bantuan.umum")]
    parts += [html("bantuan.kontak", phone=phone, email=email)] if phone or email else []
    parts += [html("bantuan.peran", title=role.title, services=role.services) for role in roles if role.services]
    there = ["hosting", *(name for name in WAYS if name in ways), *(["admin"] if admin else [])]
    parts.append("\n".join([html("bantuan.pada_menu"), *(html(f"bantuan.menu_{name}") for name in there)]))
    lines = [line for part in parts for line in (*part.strip().split("\n"), "")]
    rows = [[button(plain("bantuan.panduan", title=title), Do("guide", (role,)))] for role, title in guides.items()]
    rows += [[button(plain("bantuan.lembar_sop", title=sop.title), Do("sop_sheet", (sop.code,)))] for sop in sheets]
    rows.append([button(plain("privasi.kembali"), Show("privacy"))])
    if languages:
        rows.append([button(plain("bahasa.tombol"), Show("language"))])
    return Screen(text=fit(lines[:-1]), keyboard=keyboard([*rows, to_menu()]))


def privacy_screen(person: Person, offices: Sequence[str], kept: Periods) -> Screen:
    """Return what is kept of a person, why, and for how long (UU 27/2022)."""
    text = html(
        "privasi.isi",
        name=person.name,
        nip=person.nip,
        rank=person.rank,
        phone=words.phone(person.phone),
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
