"""How many sub-coordinators must speak before the Kabid may recommend."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.screens.cases.details import card_details
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, DISPOSITION, ask, push
from workflows.cases import opinions
from workflows.refusal import Refused
from workflows.store import ledger
from workflows.store.tables import Case, MandateRow, Person
from workflows.views.case import case_view


async def colleague(desk: Desk, who: str) -> None:
    """Let one more sub-coordinator come to work."""
    async with desk.database.write() as work:
        person = Person(telegram_id=5000 + len(desk.ids), name=who, phone="", created_at=work.now)
        work.add(person)
        await work.flush()
        work.add(MandateRow(person_id=person.id, role="sub_koordinator", starts_on=dt.date(2026, 1, 1)))
        desk.ids[who] = person.id


async def wanted(desk: Desk, least: int, who: str = "kabid") -> None:
    async with desk.database.write() as work:
        await opinions.set_quorum(desk.office, work, await desk.member(work, who), least)


async def assessed(desk: Desk) -> Case:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)
    return await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})


async def card(desk: Desk, case: Case) -> tuple[dict[str, str], set[str]]:
    """Return what the Kabid's card tells, and its buttons."""
    async with desk.database.read() as work:
        view = await case_view(desk.office, work, case.id, await desk.member(work, "kabid"))
        assert view is not None
        names = {number: who for who, number in desk.ids.items()}
        return dict(card_details(view, names, inside=True)), {action.label for action in view.actions}


async def test_without_a_quorum_nobody_is_waited_for(desk: Desk) -> None:
    case = await assessed(desk)
    details, buttons = await card(desk, case)
    assert details["Pendapat"] == "0/1"
    assert {"Rekomendasikan disetujui", "Rekomendasikan ditolak"} <= buttons


async def test_the_kabid_recommends_once_enough_have_spoken(desk: Desk) -> None:
    await colleague(desk, "second")
    await colleague(desk, "third")
    await wanted(desk, 2)
    case = await assessed(desk)
    await push(desk, case, "sub_koordinator", "setuju")
    details, buttons = await card(desk, case)
    assert details["Pendapat"] == "1/3 (paling sedikit 2)"
    assert not {"Rekomendasikan disetujui", "Rekomendasikan ditolak"} & buttons
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kabid", "rekomendasi_setuju", {})
    assert refused.value.code == "guard_quorum_reached"
    await push(desk, case, "second", "tidak_setuju", {"catatan": "Beban server tinggi."})
    assert (await push(desk, case, "kabid", "rekomendasi_setuju", {})).step == "keputusan"


async def test_asking_again_takes_the_colleagues_of_that_day(desk: Desk) -> None:
    await colleague(desk, "second")
    await wanted(desk, opinions.ALL)
    case = await assessed(desk)
    await push(desk, case, "sub_koordinator", "setuju")
    assert (await card(desk, case))[0]["Pendapat"] == "1/2 (paling sedikit 2)"
    async with desk.database.write() as work:
        member = await desk.member(work, "second")
        (await work.session.get_one(MandateRow, member.mandates[0].id)).revoked_at = work.now
    await push(desk, case, "kabid", "minta_pendapat")
    details, buttons = await card(desk, case)
    assert details["Pendapat"] == "1/1 (paling sedikit 1)"
    assert "Rekomendasikan disetujui" in buttons


@pytest.mark.parametrize("who", ["sub_koordinator", "bagian_umum", "kepala_opd"])
async def test_only_who_asks_for_opinions_says_how_many(desk: Desk, who: str) -> None:
    with pytest.raises(Refused) as refused:
        await wanted(desk, 1, who)
    assert refused.value.code == "wrong_role"


async def test_a_change_of_the_quorum_is_on_record(desk: Desk) -> None:
    await wanted(desk, 2)
    async with desk.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work)]
    assert [(line.person_id, line.data) for line in lines] == [(desk.ids["kabid"], {"least": 2})]
