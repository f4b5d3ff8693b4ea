"""The morning's digest: who gets it, when, once; what it says is looked up when it goes out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot.screens.cases.reminders import digest_screen
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, ask, bring_to_decision, push
from workflows.calendar import office_calendar
from workflows.calendar.working_calendar import SpecialDay
from workflows.clock.digest import tell_in_the_morning
from workflows.store.tables import OutboxMessage
from workflows.views.waiting import waiting_for
from workflows.words import WITA

HEAD_OF_OPD, BAGIAN_UMUM, KEPALA = 1001, 1003, 1004


async def told(desk: Desk, moment: str) -> list[int]:
    """Return the chats that got a digest so far, once it was looked at a moment of WITA (twice)."""
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    for _ in range(2):
        await tell_in_the_morning(desk.office, desk.database)
    query = select(OutboxMessage.chat_id).where(OutboxMessage.kind == "digest").order_by(OutboxMessage.id)
    async with desk.database.read() as work:
        return list(await work.session.scalars(query))


async def test_at_eight_who_has_tasks_is_told_once_and_nobody_else(desk: Desk) -> None:
    await ask(desk)
    assert await told(desk, "2026-11-25T07:59") == []
    assert await told(desk, "2026-11-25T08:00") == [BAGIAN_UMUM]
    assert await told(desk, "2026-11-25T15:00") == [BAGIAN_UMUM]
    assert await told(desk, "2026-11-26T08:00") == [BAGIAN_UMUM, BAGIAN_UMUM]


async def test_what_came_after_eight_has_rung_by_itself(desk: Desk) -> None:
    desk.clock.now = dt.datetime(2026, 11, 25, 8, 0, 30, tzinfo=WITA)
    await ask(desk)
    assert await told(desk, "2026-11-25T09:00") == []
    assert await told(desk, "2026-11-26T08:00") == [BAGIAN_UMUM]


async def test_there_is_none_on_a_free_day_nor_at_night(desk: Desk) -> None:
    await ask(desk)
    async with desk.database.write() as work:
        await office_calendar.set_day(
            work, None, SpecialDay(day=dt.date(2026, 11, 25), working=False, reason="Pilkada")
        )
    assert await told(desk, "2026-11-25T08:00") == []
    assert await told(desk, "2026-11-28T08:00") == []  # a Saturday
    assert await told(desk, "2026-11-30T21:00") == []  # nobody looked by day


async def test_what_the_opd_owes_is_told_to_its_head(desk: Desk) -> None:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "kembalikan_opd", {"alasan": ["Berkas surat tidak terbaca"]})
    assert await told(desk, "2026-11-25T08:00") == [HEAD_OF_OPD]


async def test_it_says_what_waits_how_long_and_the_oldest_first(desk: Desk) -> None:
    older = await bring_to_decision(desk, await ask(desk, subdomain="a"))
    desk.clock.pass_time(days=1)
    newer = await ask(desk, subdomain="b")
    await push(desk, newer, "bagian_umum", "agendakan", AGENDA)
    await push(desk, newer, "bagian_umum", "teruskan")
    desk.clock.now = dt.datetime(2026, 11, 26, 10, 30, tzinfo=WITA)
    async with desk.database.read() as work:
        found = await waiting_for(desk.office, work, await desk.member(work, "kepala_dkisp"))
    screen = digest_screen("Andi", found)
    assert [one.line.case.number for one in found] == [older.number, newer.number]
    assert "2 permohonan menunggu tindakan Anda" in screen.text
    assert "Keputusan, menunggu 2 hari 30 menit (terlambat 1 hari 30 menit)" in screen.text
    assert "Disposisi, menunggu 1 hari 30 menit (terlambat 30 menit)" in screen.text
    buttons = [one.text for row in screen.keyboard.inline_keyboard for one in row]  # type: ignore[union-attr]
    assert buttons == [older.number, newer.number, "Tugas saya (2)"]
