"""Offices that nobody holds: who hears of it, and how long before."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.people import vacancies
from workflows.people.vacancies import first_gap, notice_until
from workflows.store import people
from workflows.store.tables import MandateRow, OutboxMessage

TUESDAY = dt.date(2026, 11, 24)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([], day(24)),
        ([(day(1), None)], None),
        ([(day(1), day(26))], day(27)),
        ([(day(1), day(26)), (day(27), None)], None),
        ([(day(27), day(30)), (day(1), day(26))], None),
        ([(day(1), day(25)), (day(27), None)], day(26)),
        ([(day(25), None)], day(24)),
        ([(day(1), day(28)), (day(2), day(3))], day(29)),
    ],
)
def test_the_first_day_without_anybody(spans: list[tuple[dt.date, dt.date | None]], gap: dt.date | None) -> None:
    assert first_gap(spans, TUESDAY, day(30)) == gap


def test_notice_is_counted_in_working_days() -> None:
    assert notice_until(WorkingCalendar(), TUESDAY) == dt.date(2026, 12, 1)


async def last_day(desk: Desk, who: str, last: dt.date) -> None:
    async with desk.database.write() as work:
        for row in await people.mandates(work, desk.ids[who], TUESDAY):
            row.ends_on = last


async def told(desk: Desk) -> dict[str, list[int]]:
    """Look, and return which offices' vacancies are in whose chat."""
    async with desk.database.write() as work:
        await vacancies.report(desk.office, work)
    found: dict[str, list[int]] = {}
    async with desk.database.read() as work:
        for row in await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "screen")):
            if row.params["name"] == "vacancy":
                found.setdefault(row.params["args"]["seat"], []).append(row.chat_id - 1000)
    return found


async def test_where_every_office_is_held_nothing_is_said(desk: Desk) -> None:
    assert await told(desk) == {}


async def test_who_can_mend_it_hears_once_and_days_before(desk: Desk) -> None:
    await last_day(desk, "kepala_dkisp", day(27))
    clerk, kabid = 3, 5  # in the order of the desk's people
    assert await told(desk) == {"kepala_dkisp": [clerk, kabid]}
    assert await told(desk) == {"kepala_dkisp": [clerk, kabid]}


async def test_what_lies_far_ahead_is_not_said_yet(desk: Desk) -> None:
    await last_day(desk, "kepala_dkisp", dt.date(2026, 12, 20))
    assert await told(desk) == {}


async def test_an_office_with_a_successor_is_no_vacancy(desk: Desk) -> None:
    await last_day(desk, "kepala_dkisp", day(26))
    async with desk.database.write() as work:
        work.add(MandateRow(person_id=desk.ids["kepala_dinkes"], role="kepala_dkisp", acting="plt", starts_on=day(27)))
    assert await told(desk) == {}


async def test_a_holder_who_blocked_the_bot_cannot_act(desk: Desk) -> None:
    async with desk.database.write() as work:
        (await people.by_id(work, desk.ids["kepala_dkisp"])).blocked_at = work.now
    assert list(await told(desk)) == ["kepala_dkisp"]


async def test_an_opd_counts_while_it_has_a_case(desk: Desk) -> None:
    case = await ask(desk)
    await last_day(desk, "kepala_opd", TUESDAY)
    await last_day(desk, "kepala_dinkes", TUESDAY)
    assert list(await told(desk)) == [f"kepala_opd.{case.opd_id}"]
    async with desk.database.read() as work:
        vacancy = await vacancies.vacancy_of(desk.office, work, f"kepala_opd.{case.opd_id}")
    assert vacancy is not None
    assert vacancy.opd == "Dinas Pendidikan"
