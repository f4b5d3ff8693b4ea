"""The clock of a step: who hears of it, when, how often; and that nothing else ever comes of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, DISPOSITION, ask, bring_to_decision, push
from workflows.calendar import office_calendar
from workflows.calendar.working_calendar import RAMADAN, Period, SpecialDay
from workflows.clock.reminders import send_reminders
from workflows.reports import figures
from workflows.reports.gather import report
from workflows.store import cases, ledger
from workflows.store.tables import Case, CaseStep, OutboxMessage
from workflows.store.unit_of_work import Database
from workflows.words import WITA

HEAD_OF_OPD, BAGIAN_UMUM, KEPALA, KABID, SUB, ENGINEER = 1001, 1003, 1004, 1005, 1006, 1007
KINDS = ("reminder", "escalation")


async def told(desk: Desk) -> list[tuple[str, int]]:
    """Return what was put out by the clock so far: kind and chat, oldest first."""
    query = select(OutboxMessage.kind, OutboxMessage.chat_id).where(OutboxMessage.kind.in_(KINDS))
    async with desk.database.read() as work:
        return [(kind, chat) for kind, chat in await work.session.execute(query.order_by(OutboxMessage.id))]


async def at(desk: Desk, moment: str) -> list[tuple[str, int]]:
    """Let time come to a moment of WITA, look at the clocks (twice: it does no harm), and say what is new."""
    before = await told(desk)
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    await send_reminders(desk.office, desk.database)
    await send_reminders(desk.office, desk.database)
    return (await told(desk))[len(before) :]


async def test_who_must_act_is_reminded_thrice_and_who_stands_above_hears_once_when_it_is_over(desk: Desk) -> None:
    await ask(desk)  # at Bagian Umum since Tuesday 10:00; one working day
    assert await at(desk, "2026-11-24T14:44") == []
    assert await at(desk, "2026-11-24T14:45") == [("reminder", BAGIAN_UMUM)]  # half: 3 h 45, the break left out
    assert await at(desk, "2026-11-25T08:29") == []
    assert await at(desk, "2026-11-25T08:30") == [("reminder", BAGIAN_UMUM)]
    assert await at(desk, "2026-11-25T10:00") == [("reminder", BAGIAN_UMUM), ("escalation", KEPALA)]
    assert await at(desk, "2026-12-18T10:00") == []
    async with desk.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if line.action == "deadline_over"]
    assert [(line.person_id, line.data["step"], line.data["told"]) for line in lines] == [
        (None, "agenda", [desk.ids["kepala_dkisp"]])
    ]


async def test_nobody_is_told_out_of_office_hours_but_first_thing_when_they_begin(desk: Desk) -> None:
    await ask(desk)
    await at(desk, "2026-11-24T10:00")
    assert await at(desk, "2026-11-24T21:00") == []  # due since the afternoon, but nobody looked
    assert await at(desk, "2026-11-25T07:29") == []
    assert await at(desk, "2026-11-25T07:30") == [("reminder", BAGIAN_UMUM)]


async def test_a_day_of_ramadan_is_a_day_however_short_and_the_report_agrees(desk: Desk) -> None:
    async with desk.database.write() as work:
        ramadan = Period(name="Ramadan", first=dt.date(2026, 11, 20), last=dt.date(2026, 12, 18), hours=RAMADAN)
        await office_calendar.add_period(work, None, ramadan)
    desk.clock.now = dt.datetime(2026, 11, 27, 9, tzinfo=WITA)  # a Friday of 3.5 hours, one of which is over
    case = await ask(desk)
    assert await at(desk, "2026-11-30T10:04") == [("reminder", BAGIAN_UMUM)]
    assert await at(desk, "2026-11-30T10:05") == [("reminder", BAGIAN_UMUM), ("escalation", KEPALA)]  # not at 13:30
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    assert await taken(desk, case, "agenda") == (2.5 + 2) * 3600 + 300  # what was worked is told as it was
    async with desk.database.read() as work:
        found = await report(work, desk.office.sops["hosting", 1], figures.Period(2026, 11))
    assert [one.sums.late for one in found.steps if one.step.id == "agenda"] == [1]


async def test_one_reminder_is_enough_where_several_were_missed(desk: Desk) -> None:
    await ask(desk)
    await at(desk, "2026-11-24T10:01")
    assert await at(desk, "2026-12-01T09:00") == [("reminder", BAGIAN_UMUM), ("escalation", KEPALA)]


async def test_the_clock_stands_still_while_the_opd_owes_an_answer(desk: Desk) -> None:
    case = await bring_to_assessment(desk)
    await at(desk, "2026-11-24T11:00")
    await push(desk, case, "kabid", "minta_kelengkapan", {"diminta": "Perkiraan jumlah pengguna."})
    assert await at(desk, "2026-12-18T10:00") == []
    await push(desk, case, "kepala_opd", "kirim_kelengkapan", {"keterangan": "Dua ratus orang."})
    assert await at(desk, "2026-12-18T11:00") == []  # one hour before, one after: 13 are left
    assert await at(desk, "2026-12-21T11:00") == [("reminder", KABID), ("reminder", SUB)]


async def test_a_case_that_has_moved_on_reminds_nobody_of_the_step_it_left(desk: Desk) -> None:
    case = await ask(desk)
    await at(desk, "2026-11-24T10:00")
    desk.clock.now = dt.datetime(2026, 11, 24, 14, 0, tzinfo=WITA)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    assert await at(desk, "2026-11-24T14:45") == []
    assert await at(desk, "2026-11-25T09:16") == [("reminder", KEPALA)]


async def test_when_the_head_is_late_bagian_umum_is_told_and_nobody_decides(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await at(desk, "2026-11-24T10:00")
    assert await at(desk, "2026-11-26T10:00") == [("reminder", KEPALA), ("escalation", BAGIAN_UMUM)]
    async with desk.database.read() as work:
        assert (await cases.get(work, case.id)).step == "keputusan"  # type: ignore[union-attr]


async def test_a_machine_that_takes_long_is_told_to_the_engineers_then_to_the_kabid(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await push(desk, case, "kepala_dkisp", "setujui")
    await at(desk, "2026-11-24T10:00")
    assert await at(desk, "2026-11-25T10:00") == [("reminder", ENGINEER)]
    assert await at(desk, "2026-11-26T10:00") == [("reminder", ENGINEER), ("escalation", KABID)]


async def test_a_day_that_becomes_free_moves_the_reminders(desk: Desk) -> None:
    await ask(desk)
    await at(desk, "2026-11-24T14:45")
    async with desk.database.write() as work:
        free = SpecialDay(day=dt.date(2026, 11, 25), working=False, reason="Pilkada")
        await office_calendar.set_day(work, None, free)
    assert await at(desk, "2026-11-25T10:00") == []
    assert await at(desk, "2026-11-26T08:30") == [("reminder", BAGIAN_UMUM)]


async def test_two_processes_that_look_at_once_tell_it_once(desk: Desk) -> None:
    await ask(desk)
    await at(desk, "2026-11-24T10:00")
    desk.clock.now = dt.datetime(2026, 11, 25, 10, 0, tzinfo=WITA)
    url = desk.database.engine.url.render_as_string(hide_password=False)
    other = Database(url, clock=desk.clock)
    await asyncio.gather(send_reminders(desk.office, desk.database), send_reminders(desk.office, other))
    await other.close()
    assert sorted(await told(desk)) == [("escalation", KEPALA), ("reminder", BAGIAN_UMUM)]


async def test_what_is_cut_off_in_the_middle_is_told_whole_at_the_next_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(desk)
    await at(desk, "2026-11-24T10:00")
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "append", cut_off)
        with pytest.raises(ConnectionResetError):
            await at(desk, "2026-11-25T10:00")
    assert await told(desk) == []
    assert await at(desk, "2026-11-25T10:01") == [("reminder", BAGIAN_UMUM), ("escalation", KEPALA)]


async def test_no_passing_of_time_ever_changes_a_case(desk: Desk) -> None:
    """A case at each kind of step, and one that waits for its OPD: a quarter goes by, and all stand as they stood."""
    await ask(desk, "tim_teknis", subdomain="a")
    await ask(desk, subdomain="b")
    await bring_to_decision(desk, await ask(desk, subdomain="c"))
    waiting = await ask(desk, subdomain="d")
    await push(desk, waiting, "bagian_umum", "kembalikan_opd", {"alasan": ["Berkas surat tidak terbaca"]})
    before = await all_cases(desk)
    for day in range(90):
        await at(desk, f"{dt.date(2026, 11, 24) + dt.timedelta(days=day)}T10:00")
    assert await all_cases(desk) == before
    assert {kind for kind, _ in await told(desk)} == set(KINDS)


async def test_what_a_step_took_is_kept_once_it_is_over_and_counted_anew_when_a_day_becomes_free(desk: Desk) -> None:
    case = await ask(desk)
    desk.clock.now = dt.datetime(2026, 11, 26, 10, 0, tzinfo=WITA)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    assert await taken(desk, case, "agenda") == 2 * 7.5 * 3600
    async with desk.database.write() as work:
        await office_calendar.set_day(
            work, None, SpecialDay(day=dt.date(2026, 11, 25), working=False, reason="Pilkada")
        )
    assert await taken(desk, case, "agenda") == 7.5 * 3600


async def bring_to_assessment(desk: Desk) -> Case:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    return await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)


async def taken(desk: Desk, case: Case, step: str) -> int | None:
    await send_reminders(desk.office, desk.database)
    async with desk.database.read() as work:
        return next(stay.worked_seconds for stay in await cases.steps(work, case.id) if stay.step == step)


async def all_cases(desk: Desk) -> list[dict[str, Any]]:
    async with desk.database.read() as work:
        rows = [
            row for table in (Case, CaseStep) for row in await work.session.scalars(select(table).order_by(table.id))
        ]
        clock = ("due_at", "reminded", "worked_seconds", "late", "in_norm")
        return [{c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in clock} for row in rows]


async def cut_off(*_args: Any, **_options: Any) -> None:
    raise ConnectionResetError
