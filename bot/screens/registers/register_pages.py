"""The registers in chat: which there are, and a page of one; only their readers see them."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.lengths import fit, shorten
from bot.screens.named_screen import PAGE as PAGE_NUMBER
from bot.screens.named_screen import Args, for_members, word
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.letters.daftar import Daftar
from workflows.people.members import Member
from workflows.registers.listing import listing
from workflows.registers.rows import READERS, REGISTERS
from workflows.roles import ENGINEER
from workflows.store import hostings
from workflows.store.unit_of_work import UnitOfWork

PAGE = 8
CELL_MAX = 160


async def _choice(_app: App, _work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    if not member.has(*READERS):
        return None
    rows: list[Row] = [[button(plain(f"pencatatan.{name}"), Show("register", (name,)))] for name in REGISTERS]
    return Screen(text=html("pencatatan.judul"), keyboard=keyboard([*rows, to_menu()]))


async def _register(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    name, page = args.get("register", ""), args.get("page", 0)
    if not member.has(*READERS) or name not in REGISTERS:
        return None
    found = await listing(app.office, work, member, name, limit=PAGE + 1, offset=page * PAGE)
    lines = [html("pencatatan.kepala", title=found.title, period=found.period)]
    lines += [text for place in range(len(found.rows[:PAGE])) for text in ("", _line(found, place))]
    if not found.rows:
        lines.append(html("pencatatan.kosong"))
    notes: list[Row] = []
    if name == "pemeliharaan" and member.has(ENGINEER):
        servers = await hostings.servers(work)
        label = "pencatatan.catat_pada"
        notes = [[button(plain(label, server=one.name), Do("maintenance", (str(one.id),)))] for one in servers]
    rows = [_pager(name, page, more=len(found.rows) > PAGE), _files(name), *notes]
    return Screen(text=fit(lines), keyboard=keyboard([*rows, [button(plain("pencatatan.kembali"), Show("registers"))]]))


def _line(found: Daftar, place: int) -> str:
    titled = zip(found.columns, found.rows[place].cells, strict=True)
    cells = [(column.title, shorten(cell, CELL_MAX)) for column, cell in titled if cell]
    return html("pencatatan.baris", first=cells[0][1], rest=cells[1:]).strip()


def _files(name: str) -> Row:
    return [button(plain(f"laporan.{kind}"), Do(f"register_{kind}", (name,))) for kind in ("pdf", "xlsx")]


def _pager(name: str, page: int, *, more: bool) -> Row:
    row = [button(plain("umum.sebelumnya"), Show("register", (name, str(page - 1))))] if page > 0 else []
    return [*row, button(plain("umum.berikutnya"), Show("register", (name, str(page + 1))))] if more else row


SCREENS = (
    for_members("registers", _choice, by_button=True),
    for_members("register", _register, word("register"), PAGE_NUMBER, by_button=True),
)
