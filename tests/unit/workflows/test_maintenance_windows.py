"""Windows of maintenance: who is told what, once; what is said by the clock; what is refused in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from bot.texts import html
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows.calendar.working_calendar import SpecialDay, WorkingCalendar
from workflows.maintenance_windows import planning, rules
from workflows.maintenance_windows.rules import SpanError, WindowNotice
from workflows.refusal import Refused
from workflows.store import ledger, maintenance_windows
from workflows.store.tables import OutboxMessage
from workflows.words import WITA

HEAD, TEAM, KABID, ENGINEER, OTHER_HEAD = 1001, 1002, 1005, 1007, 1008
SATURDAY = {"tanggal": "2026-11-28", "jam": "21.00-23.30", "pekerjaan": "Memasang pembaruan keamanan."}


async def plan(desk: Desk, answers: dict[str, str] = SATURDAY, who: str = "engineer") -> int:
    async with desk.database.write() as work:
        return (await planning.plan(work, await desk.member(work, who), 1, answers)).id


async def told(desk: Desk) -> list[tuple[str, int, str]]:
    """Return what was said so far: text, chat, whose hostings it names."""
    query = select(OutboxMessage).where(OutboxMessage.kind == "notice").order_by(OutboxMessage.id)
    async with desk.database.read() as work:
        rows = list(await work.session.scalars(query))
    return [(row.params["text"], row.chat_id, row.params["params"].get("domains", "")) for row in rows]


async def by_the_clock(desk: Desk, moment: str) -> list[tuple[str, int]]:
    """Let time come to a moment of WITA and look twice; return what is new."""
    before = await told(desk)
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    await planning.tell_by_the_clock(desk.database)
    await planning.tell_by_the_clock(desk.database)
    return [one[:2] for one in (await told(desk))[len(before) :]]


async def revision(desk: Desk, window_id: int) -> int:
    async with desk.database.read() as work:
        window = await maintenance_windows.get(work, window_id)
        assert window is not None
        return window.revision


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("21.00-23.30", "2026-11-28T21:00+08:00", "2026-11-28T23:30+08:00"),
        ("22:00 sampai 02:00", "2026-11-28T22:00+08:00", "2026-11-29T02:00+08:00"),
    ],
)
def test_a_span_is_read_as_people_write_it_also_over_midnight(typed: str, begins: str, ends: str) -> None:
    found = rules.span_of(dt.date(2026, 11, 28), typed)
    assert found == (dt.datetime.fromisoformat(begins), dt.datetime.fromisoformat(ends))


@pytest.mark.parametrize("typed", ["malam", "25.00-26.00", "21.00-21.00", "21.00", "21.00-23.00, 1.00-2.00"])
def test_what_names_no_span_is_refused(typed: str) -> None:
    with pytest.raises(SpanError):
        rules.span_of(dt.date(2026, 11, 28), typed)


async def test_those_concerned_hear_of_a_plan_once_and_each_of_their_own_hostings_only(desk: Desk) -> None:
    await add_hosting(desk, "e-arsip")
    await add_hosting(desk, "e-sehat", "DINKES")
    await plan(desk)
    text = "jendela.direncanakan"
    assert sorted(await told(desk), key=lambda one: one[1]) == [
        (text, HEAD, "e-arsip.tarakankota.go.id"),
        (text, TEAM, "e-arsip.tarakankota.go.id"),
        (text, KABID, ""),
        (text, ENGINEER, ""),
        (text, OTHER_HEAD, "e-sehat.tarakankota.go.id"),
    ]


async def test_it_is_called_to_mind_on_the_day_before_in_office_hours_and_asked_about_when_it_is_over(
    desk: Desk,
) -> None:
    await add_hosting(desk, "e-arsip")
    window = await plan(desk)
    assert await by_the_clock(desk, "2026-11-26T10:00") == []
    assert await by_the_clock(desk, "2026-11-27T07:00") == []
    assert sorted(await by_the_clock(desk, "2026-11-27T08:05")) == [
        ("jendela.besok", chat) for chat in (HEAD, TEAM, KABID, ENGINEER)
    ]
    assert await by_the_clock(desk, "2026-11-27T15:00") == []
    assert await by_the_clock(desk, "2026-11-30T09:00") == [("jendela.lewat", ENGINEER)]
    async with desk.database.write() as work:
        await planning.finish(work, await desk.member(work, "engineer"), window, 1)
    assert (await told(desk))[-1][0] == "jendela.selesai"
    assert await by_the_clock(desk, "2026-12-01T09:00") == []


async def test_who_hears_of_it_the_day_before_is_not_reminded(desk: Desk) -> None:
    await add_hosting(desk, "e-arsip")
    desk.clock.now = dt.datetime(2026, 11, 26, 9, tzinfo=WITA)
    await plan(desk, {**SATURDAY, "tanggal": "2026-11-27"})
    assert await by_the_clock(desk, "2026-11-26T10:00") == []


async def test_a_moved_window_is_told_with_both_times_and_reminded_anew(desk: Desk) -> None:
    await add_hosting(desk, "e-arsip")
    window = await plan(desk)
    await by_the_clock(desk, "2026-11-27T08:05")
    async with desk.database.write() as work:
        later = {**SATURDAY, "tanggal": "2026-12-02"}
        await planning.move(work, await desk.member(work, "engineer"), window, 1, later)
    async with desk.database.read() as work:
        row = (await work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1))).one()
    said: dict[str, Any] = row.params["params"]
    assert (said["before"][:10], said["begins"][:10]) == ("2026-11-28", "2026-12-02")
    assert [text for text, _ in await by_the_clock(desk, "2026-12-01T09:00")] == ["jendela.besok"] * 4


async def test_what_may_not_be_is_refused(desk: Desk) -> None:
    window = await plan(desk)
    for answers, code in (
        ({**SATURDAY, "jam": "malam"}, "window_unclear"),
        ({**SATURDAY, "tanggal": "2026-11-23"}, "window_past"),
        ({**SATURDAY, "jam": "23.00-01.00"}, "window_meets"),
    ):
        with pytest.raises(Refused) as refused:
            await plan(desk, answers)
        assert refused.value.code == code
    with pytest.raises(Refused, match="wrong_role"):
        await plan(desk, {**SATURDAY, "tanggal": "2026-12-05"}, who="kabid")
    async with desk.database.write() as work:
        engineer = await desk.member(work, "engineer")
        with pytest.raises(Refused, match="window_early"):
            await planning.finish(work, engineer, window, 1)
        await planning.cancel(work, engineer, window, 1)
    assert [text for text, *_ in await told(desk)][-1] == "jendela.dibatalkan"
    for change in (planning.cancel, planning.finish):
        async with desk.database.write() as work:
            with pytest.raises(Refused, match="window_gone"):
                await change(work, await desk.member(work, "engineer"), window, await revision(desk, window))


async def test_work_that_is_done_is_written_into_the_record(desk: Desk) -> None:
    window = await plan(desk)
    desk.clock.now = dt.datetime(2026, 11, 28, 22, tzinfo=WITA)
    async with desk.database.write() as work:
        await planning.finish(work, await desk.member(work, "engineer"), window, 1)
    async with desk.database.read() as work:
        newest = await ledger.newest(work)
    assert newest is not None
    assert newest.action == "maintenance.done"


def wita(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)


@pytest.mark.parametrize(
    ("begins", "reminded"),
    [
        ("2026-11-25T21:00", "2026-11-24T08:00"),  # a Wednesday
        ("2026-11-28T21:00", "2026-11-27T08:00"),  # Saturday, Sunday, Monday: on Friday
        ("2026-11-29T21:00", "2026-11-27T08:00"),
        ("2026-11-30T05:00", "2026-11-27T08:00"),
        ("2026-11-30T21:00", "2026-11-27T08:00"),
        ("2026-12-28T05:00", "2026-12-23T08:00"),  # Monday after Christmas, cuti bersama and the weekend
    ],
)
def test_it_is_called_to_mind_on_the_last_working_day_before(begins: str, reminded: str) -> None:
    assert rules.reminder_at(wita(begins), WorkingCalendar()) == wita(reminded)


def test_a_day_that_the_office_declared_free_is_none_on_which_it_is_called_to_mind() -> None:
    free = SpecialDay(day=dt.date(2026, 11, 27), working=False, reason="Hari jadi kota")
    assert rules.reminder_at(wita("2026-11-28T21:00"), WorkingCalendar(days=(free,))) == wita("2026-11-26T08:00")


@pytest.mark.parametrize(
    ("answers", "looked", "heading"),
    [
        ({"tanggal": "2026-11-25"}, "2026-11-24T08:05", "Besok ada pemeliharaan server"),
        ({"tanggal": "2026-11-29"}, "2026-11-27T08:05", "Minggu, 29 November 2026 ada pemeliharaan server"),
        ({"tanggal": "2026-11-30"}, "2026-11-27T08:05", "Senin, 30 November 2026 ada pemeliharaan server"),
        ({"tanggal": "2026-11-30"}, "2026-11-30T07:40", "Hari ini ada pemeliharaan server"),  # nothing ran on Friday
    ],
)
async def test_it_is_called_to_mind_by_its_date(desk: Desk, answers: dict[str, str], looked: str, heading: str) -> None:
    await add_hosting(desk, "e-arsip")
    desk.clock.now = wita("2026-11-20T09:00")
    await plan(desk, {**SATURDAY, **answers})
    assert len(await by_the_clock(desk, looked)) == 4
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
    async with desk.database.read() as work:
        said = (await work.session.scalars(query)).one().params
    assert heading in html(said["text"], **said["params"])


def test_the_clock_says_nothing_of_what_is_far_or_on() -> None:
    begins, ends = (dt.datetime(2026, 11, 28, hour, tzinfo=WITA) for hour in (21, 23))
    times = {"begins": begins, "ends": ends, "announced": dt.datetime(2026, 11, 20, 9, tzinfo=WITA)}
    for now, expected in (
        (dt.datetime(2026, 11, 26, 9, tzinfo=WITA), None),
        (dt.datetime(2026, 11, 27, 9, tzinfo=WITA), WindowNotice.REMINDER),
        (dt.datetime(2026, 11, 28, 22, tzinfo=WITA), None),
        (ends, WindowNotice.OVERDUE),
    ):
        assert rules.due(**times, now=now, calendar=WorkingCalendar()) is expected
