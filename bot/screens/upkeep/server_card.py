"""The servers as engineers and those who decide see them: how each is, what is planned on it, what was done."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.lengths import fit, shorten
from bot.screens.machine import machine_words
from bot.screens.named_screen import Args, data, for_members, number
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.people.members import Member
from workflows.roles import ENGINEER
from workflows.store import hostings, maintenance, maintenance_windows, people, upkeep
from workflows.store.tables import MaintenanceWindow, Server, ServerUpdates
from workflows.store.unit_of_work import UnitOfWork
from workflows.upkeep import updates
from workflows.views.addresses import READERS

NOTES = 3  # the newest on a card
NOTE_MAX = 160


async def _servers(_app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    if not member.has(*READERS):
        return None
    found = await hostings.servers(work)
    rows: list[Row] = [[button(one.name, Show("one_server", (str(one.id),)))] for one in found]
    text = html("kartu_server.daftar" if found else "server.kosong")
    return Screen(text=text, keyboard=keyboard([*rows, to_menu()]))


async def _one_server(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    if not member.has(*READERS):
        return None
    server = await hostings.server(work, args["server"])
    planned = await maintenance_windows.planned(work, server.id)
    lines = [*_state(server, len(await hostings.held_on(work, server.id)))]
    lines += _pending(await upkeep.of_server(work, server.id), work.now)
    lines += [html("kartu_server.jendela", begins=one.begins_at, ends=one.ends_at, work=one.work) for one in planned]
    notes = await maintenance.of_server(work, server.id, NOTES)
    lines += ["", html("kartu_server.catatan")] if notes else []
    for note, domain, by in notes:
        text = shorten(note.text, NOTE_MAX)
        lines.append(html("kartu_server.satu_catatan", day=note.day, text=text, domain=domain, by=by))
    rows = _rows(server, planned) if member.has(ENGINEER) else []
    rows.append([button(plain("kartu_server.semua"), Show("fleet"))])
    return Screen(text=fit(lines), keyboard=keyboard([*rows, to_menu()]))


def _state(server: Server, count: int) -> list[str]:
    if server.facts_at is None:
        return [html("server.nama", name=server.name), html("server.tidak_terjangkau")]
    facts = server.facts
    return [
        html(
            "kartu_server.keadaan",
            name=server.name,
            host=server.host,
            system=facts.os_release,
            hostings=count,
            **machine_words(facts),
            at=server.facts_at,
        )
    ]


def _pending(row: ServerUpdates | None, now: dt.datetime) -> list[str]:
    if row is None:
        return []
    names = list(row.pending["security"])
    shown = ", ".join(names[: updates.NAMES_SHOWN]) + (" …" if len(names) > updates.NAMES_SHOWN else "")
    old, reboot = updates.lists_are_old(row.pending, now), row.pending["reboot_required"]
    said = {"count": len(names), "names": shown, "reboot": reboot, "old": old}
    return [html("pembaruan.kartu", **said, wordpress=row.pending.get("wordpress")).rstrip()]


def _rows(server: Server, planned: list[MaintenanceWindow]) -> list[Row]:
    each = [
        [button(plain("jendela.tombol_satu", begins=one.begins_at), Show("window", (str(one.id),)))] for one in planned
    ]
    return [
        *each,
        [button(plain("jendela.tombol_rencana"), Do("window_plan", (str(server.id),)), "primary")],
        [button(plain("pencatatan.catat"), Do("maintenance", (str(server.id),)))],
    ]


async def _window(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    window = await maintenance_windows.get(work, args["window"])
    if window is None or not member.has(ENGINEER):
        return None
    server = await hostings.server(work, window.server_id)
    back = button(server.name, Show("one_server", (str(server.id),)))
    if window.state != maintenance_windows.PLANNED:
        return Screen(text=html("penolakan.window_gone"), keyboard=keyboard([[back], to_menu()]))
    at = (str(window.id), str(window.revision))
    if args.get("cancel"):
        text = html("jendela.tanya_batal", server=server.name, begins=window.begins_at)
        yes = button(plain("jendela.tombol_ya"), Do("window_cancelled", at), "danger")
        no = button(plain("jendela.tombol_tidak"), Show("window", (str(window.id),)))
        return Screen(text=text, keyboard=keyboard([[yes], [no]]))
    by = (await people.by_id(work, window.planned_by)).name
    text = html(
        "jendela.kartu", server=server.name, begins=window.begins_at, ends=window.ends_at, work=window.work, by=by
    )
    rows = [
        [button(plain("jendela.tombol_selesai"), Do("window_done", at), "success")],
        [
            button(plain("jendela.tombol_pindah"), Do("window_move", at)),
            button(plain("jendela.tombol_batal"), Do("window_cancel", at), "danger"),
        ],
    ]
    return Screen(text=text, keyboard=keyboard([*rows, [back], to_menu()]))


SCREENS = (
    for_members("fleet", _servers, by_button=True),
    for_members("one_server", _one_server, number("server"), by_button=True),
    for_members("window", _window, number("window"), data("cancel", needed=False), by_button=True),
)
