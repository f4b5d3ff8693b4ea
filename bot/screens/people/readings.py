"""Who opened which case: for the administrator all of it, for a person that of their own cases."""

from __future__ import annotations

from typing import Any

from bot.app import App
from bot.callback_data import Show
from bot.screens.keyboards import Row, button, keyboard, pages, to_menu
from bot.screens.lengths import fit
from bot.screens.named_screen import PAGE as PAGE_NUMBER
from bot.screens.named_screen import Args, for_administrators, for_members
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.people.members import Member
from workflows.store import readings
from workflows.store.unit_of_work import UnitOfWork

PAGE = 15


async def _all(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    """Return a page of the log; who asks was looked at before."""
    page = args.get("page", 0)
    return _screen("readings", await readings.newest(work, limit=PAGE + 1, offset=page * PAGE), page, to_menu())


async def _mine(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen:
    """Return a page of what others opened of the cases that this person began."""
    page = args.get("page", 0)
    found = await readings.of_cases_of(work, member.person.id, limit=PAGE + 1, offset=page * PAGE)
    return _screen("my_readings", found, page, [button(plain("privasi.kembali"), Show("privacy"))])


def _screen(name: str, found: list[tuple[Any, str, str]], page: int, back: Row) -> Screen:
    lines = [html(f"privasi.judul_{name}")]
    for row, reader, number in found[:PAGE]:
        what = plain(f"privasi.dibuka_{row.what}")
        lines.append(html("privasi.baris_baca", at=row.at, reader=reader, number=number, what=what))
    if not found:
        lines.append(html("privasi.belum_dibaca"))
    pager = pages(name, page, page + 2 if len(found) > PAGE else page + 1)
    return Screen(text=fit(lines), keyboard=keyboard([pager, back]))


SCREENS = (
    for_administrators("readings", _all, PAGE_NUMBER),
    for_members("my_readings", _mine, PAGE_NUMBER, by_button=True),
)
