"""The calendar as the administrator keeps it: what was changed is in force, on record, and moves the deadlines."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.calendar import office_calendar
from workflows.calendar.notation import NotationError, read_spans, write_spans
from workflows.calendar.ramadan import next_ramadan
from workflows.calendar.working_calendar import RAMADAN, Period, SpecialDay
from workflows.refusal import Refused
from workflows.store import ledger
from workflows.views.case import case_view

TOMORROW = dt.date(2026, 11, 25)


async def test_a_free_day_moves_the_deadline_of_a_case_that_is_under_way(desk: Desk) -> None:
    case = await ask(desk)  # at step 2, one working day, Tuesday at 10:00 WITA
    assert await due(desk, case.id) == dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
    async with desk.database.write() as work:
        await office_calendar.set_day(work, None, SpecialDay(day=TOMORROW, working=False, reason="Pilkada"))
    assert await due(desk, case.id) == dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
    async with desk.database.write() as work:
        await office_calendar.clear_day(work, None, TOMORROW)
    assert await due(desk, case.id) == dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)


async def test_every_change_of_the_calendar_is_in_the_ledger_with_what_was_changed(desk: Desk) -> None:
    period = Period(name="Ramadan", first=dt.date(2027, 2, 8), last=dt.date(2027, 3, 9), hours=RAMADAN)
    async with desk.database.write() as work:
        await office_calendar.add_period(work, None, period)
        await office_calendar.remove_period(work, None, period.first, period.last)
    async with desk.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if line.action.startswith("calendar.")]
    assert [line.action for line in lines] == ["calendar.hours", "calendar.hours_removed"]
    assert lines[0].data == {
        "name": "Ramadan",
        "first": "2027-02-08",
        "last": "2027-03-09",
        "monday_to_thursday": "08.00-12.00, 12.30-15.45",
        "friday": "08.00-11.30",
    }


async def test_what_is_not_there_cannot_be_taken_away(desk: Desk) -> None:
    async with desk.database.write() as work:
        with pytest.raises(Refused) as refused:
            await office_calendar.clear_day(work, None, TOMORROW)
    assert refused.value.code == "calendar_gone"


@pytest.mark.parametrize("text", ["07.30-12.00, 13.00-16.00", "07:30 - 12:00; 13:00 - 16:00", "7.30–12.00 13.00–16.00"])
def test_hours_are_read_as_people_write_them(text: str) -> None:
    assert write_spans(read_spans(text)) == "07.30-12.00, 13.00-16.00"


@pytest.mark.parametrize(
    "text", ["", "pagi", "16.00-07.30", "25.00-26.00", "08.00-12.00, 11.00-15.00", "8-12", "08.00"]
)
def test_hours_that_cannot_be_worked_are_not_taken(text: str) -> None:
    with pytest.raises(NotationError):
        read_spans(text)


def test_the_next_ramadan_is_proposed_also_while_one_is_under_way() -> None:
    assert next_ramadan(dt.date(2026, 11, 25)) == (dt.date(2027, 2, 8), dt.date(2027, 3, 8))
    assert next_ramadan(dt.date(2026, 3, 1)) == (dt.date(2026, 2, 18), dt.date(2026, 3, 19))
    assert next_ramadan(dt.date(2200, 1, 1)) is None


async def due(desk: Desk, case_id: int) -> dt.datetime | None:
    async with desk.database.read() as work:
        view = await case_view(desk.office, work, case_id, await desk.member(work, "bagian_umum"))
    assert view is not None
    return view.due
