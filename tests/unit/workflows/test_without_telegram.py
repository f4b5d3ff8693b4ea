"""An office that is held on paper only: whoever enters its paper is reminded, told in the morning, and has the task."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt

import pytest

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, ask, bring_to_decision, push
from tests.unit.workflows.test_digest import told as digests
from tests.unit.workflows.test_reminders import at
from tests.unit.workflows.test_waiting_signatures import leave_telegram
from workflows.cases.on_paper import PaperRule, allowed
from workflows.people.without_telegram import Official, enter
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import Case
from workflows.views.lists import tasks

BAGIAN_UMUM = 1003


@pytest.fixture
async def waiting(desk: Desk) -> Case:
    """A case that waits for the disposition of a Kepala who is not on Telegram, since Tuesday 10:00."""
    await leave_telegram(desk, "kepala_dkisp")
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    return await push(desk, case, "bagian_umum", "teruskan")


async def test_who_enters_the_paper_is_reminded_in_the_officials_place(desk: Desk, waiting: Case) -> None:
    assert waiting.step == "disposisi"
    assert await at(desk, "2026-11-24T14:45") == [("reminder", BAGIAN_UMUM)]
    assert await at(desk, "2026-11-25T10:00") == [("reminder", BAGIAN_UMUM)]  # nobody twice, as who stands above


async def test_who_enters_the_paper_has_the_morning_digest(desk: Desk, waiting: Case) -> None:
    assert waiting.step == "disposisi"
    assert await digests(desk, "2026-11-25T08:00") == [BAGIAN_UMUM]


@pytest.mark.parametrize(
    ("ends_on", "refused"), [(None, True), (dt.date(2026, 12, 1), True), (dt.date(2026, 11, 30), False)]
)
async def test_an_office_that_another_holds_on_one_of_the_days_is_not_entered(
    desk: Desk, ends_on: dt.date | None, refused: bool
) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    official = Official(
        name="Hendra", nip="197505161995011001", rank=None, role="kepala_dkisp", starts_on=dt.date(2026, 11, 24),
        ends_on=ends_on,
    )  # fmt: skip
    async with desk.database.write() as work:
        (held,) = (await desk.member(work, "kepala_dkisp")).mandates
        (await people.mandate(work, held.id)).starts_on = dt.date(2026, 12, 1)
        with pytest.raises(Refused, match="office_held") if refused else contextlib.nullcontext():
            await enter(work, None, official, desk.office.sops.values())


async def test_it_is_a_task_of_who_enters_the_paper_and_of_nobody_else(desk: Desk, waiting: Case) -> None:
    async with desk.database.read() as work:
        found = {
            who: [line.case.id for line in await tasks(desk.office, work, await desk.member(work, who))]
            for who in ("bagian_umum", "kabid", "engineer")
        }
    assert found == {"bagian_umum": [waiting.id], "kabid": [], "engineer": []}


async def test_while_the_official_is_on_telegram_it_is_nobody_elses_task(desk: Desk) -> None:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    async with desk.database.read() as work:
        assert await tasks(desk.office, work, await desk.member(work, "bagian_umum")) == []


async def test_where_decisions_may_not_be_entered_nobody_is_reminded_to(desk: Desk) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    sops = {key: allowed(sop, PaperRule.DISPOSITIONS) for key, sop in desk.office.sops.items()}
    desk = dataclasses.replace(desk, office=dataclasses.replace(desk.office, sops=sops))
    await bring_to_decision(desk, await ask(desk))
    assert ("reminder", BAGIAN_UMUM) not in await at(desk, "2026-11-24T14:45")
    assert BAGIAN_UMUM not in await digests(desk, "2026-11-25T08:00")
