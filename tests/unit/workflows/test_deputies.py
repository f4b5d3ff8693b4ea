"""Two people for one office: who acts, who looks on, and what letters and record say of it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from bot.screens.cases.case import case_screen
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, DISPOSITION, ask, bring_to_decision, push
from workflows.cases.case_context import CaseContext
from workflows.correspondence.history import step_records
from workflows.deputies import appointing
from workflows.letters.render import render_frozen
from workflows.refusal import Refused
from workflows.store import cases, ledger, people
from workflows.store.tables import Case, MandateRow
from workflows.views.case import case_view
from workflows.views.lists import tasks

TODAY = dt.date(2026, 11, 24)


async def hold(desk: Desk, who: str, role: str, acting: str, *, until: dt.date | None = None) -> int:
    """Let somebody hold an office from today."""
    async with desk.database.write() as work:
        row = MandateRow(person_id=desk.ids[who], role=role, acting=acting, starts_on=TODAY, ends_on=until)
        work.add(row)
        await work.flush()
        return row.id


async def vacate(desk: Desk, who: str) -> None:
    async with desk.database.write() as work:
        for row in await people.mandates(work, desk.ids[who], TODAY):
            row.revoked_at = work.now


async def at_disposition(desk: Desk) -> Case:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    return await push(desk, case, "bagian_umum", "teruskan")


async def waiting_for(desk: Desk, who: str) -> list[str]:
    async with desk.database.read() as work:
        return [line.case.number for line in await tasks(desk.office, work, await desk.member(work, who))]


async def card_of(desk: Desk, case: Case, who: str) -> str:
    async with desk.database.read() as work:
        view = await case_view(desk.office, work, case.id, await desk.member(work, who))
        assert view is not None
        return case_screen(view, [], fresh=True).text


async def test_what_is_open_goes_to_the_deputy_and_comes_back_when_the_days_are_over(desk: Desk) -> None:
    case = await at_disposition(desk)
    await hold(desk, "kepala_dinkes", "kepala_dkisp", "plh", until=TODAY)
    assert await waiting_for(desk, "kepala_dkisp") == []
    assert await waiting_for(desk, "kepala_dinkes") == [case.number]
    for reader in ("kepala_dkisp", "kepala_dinkes"):
        assert "Menunggu: Plh. Kepala DKISP" in await card_of(desk, case, reader)
    desk.clock.pass_time(days=1)
    assert await waiting_for(desk, "kepala_dkisp") == [case.number]
    assert await waiting_for(desk, "kepala_dinkes") == []


async def test_the_absent_holder_is_told_who_acts_and_until_when(desk: Desk) -> None:
    case = await at_disposition(desk)
    await hold(desk, "kepala_dinkes", "kepala_dkisp", "plh", until=dt.date(2026, 11, 30))
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)
    assert refused.value.code == "office_yielded"
    assert refused.value.params == {
        "by": "Kepala Dinkes",
        "acting": "plh",
        "title": "Kepala DKISP",
        "until": "2026-11-30",
    }


async def test_what_a_deputy_signs_says_so_on_the_letter_and_in_the_record(desk: Desk) -> None:
    case = await at_disposition(desk)
    mandate = await hold(desk, "kepala_dinkes", "kepala_dkisp", "plh")
    await push(desk, case, "kepala_dinkes", "disposisikan", DISPOSITION)
    async with desk.database.read() as work:
        sheet = (await cases.letters(work, case.id, "lembar_disposisi"))[0]
        line = next(one for one in await ledger.of_case(work, case.id) if one.action == "case.disposisikan")
    printed = " ".join(PdfReader(io.BytesIO(render_frozen(sheet.data))).pages[0].extract_text().split())
    assert "Plh. Kepala Dinas Komunikasi" in printed
    assert "Kepala Dinkes" in printed
    assert line.mandate_id == mandate
    assert "Kepala Dinkes (Plh. Kepala DKISP)" in await card_of(desk, case, "kabid")


async def test_the_report_names_the_office_by_which_a_deputy_finished_a_step(desk: Desk) -> None:
    case = await at_disposition(desk)
    await hold(desk, "kepala_dinkes", "kepala_dkisp", "plh")
    case = await push(desk, case, "kepala_dinkes", "disposisikan", DISPOSITION)
    async with desk.database.read() as work:
        sop = desk.office.sop(case.sop_code, case.sop_version)
        records = await step_records(CaseContext(office=desk.office, work=work, sop=sop, case=case, action="reported"))
    assert [record.actor for record in records[:4]] == [
        "Kepala Opd",
        "Bagian Umum",
        "Kepala Dinkes (Plh. Kepala DKISP)",
        "Kepala Bidang Aplikasi Informatika, Sub Koordinator",
    ]


async def test_bagian_umum_is_offered_the_offices_where_a_vacancy_is_in_sight(desk: Desk) -> None:
    async def offered(who: str) -> set[str]:
        async with desk.database.read() as work:
            return {
                position.key
                for position in await appointing.positions_of(desk.office, work, await desk.member(work, who))
            }

    assert not {"kepala_dkisp", "kabid"} & await offered("bagian_umum")
    assert await offered("kepala_dkisp") == {"kepala_dkisp"}
    await vacate(desk, "kepala_dkisp")
    assert "kepala_dkisp" in await offered("bagian_umum")
    assert await offered("sub_koordinator") == set()


async def test_a_new_holder_ends_the_time_of_the_plt(desk: Desk) -> None:
    case = await at_disposition(desk)
    await hold(desk, "kepala_dinkes", "kepala_dkisp", "plt")
    assert await waiting_for(desk, "kepala_dinkes") == []
    await vacate(desk, "kepala_dkisp")
    assert await waiting_for(desk, "kepala_dinkes") == [case.number]


async def test_a_head_who_stands_in_for_the_office_does_not_decide_on_their_own_request(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await vacate(desk, "kepala_dkisp")
    await hold(desk, "kepala_opd", "kepala_dkisp", "plt")
    for decision, answers in (("setujui", None), ("tolak", {"alasan": ["Kapasitas server tidak mencukupi"]})):
        with pytest.raises(Refused) as refused:
            await push(desk, case, "kepala_opd", decision, answers)
        assert refused.value.code == "own_request"


async def test_nor_after_they_have_left_the_opd(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await vacate(desk, "kepala_dkisp")
    await vacate(desk, "kepala_opd")
    await hold(desk, "kepala_opd", "kepala_dkisp", "plt")
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kepala_opd", "setujui")
    assert refused.value.code == "own_request"


async def test_the_card_says_that_nobody_holds_the_office_it_waits_for(desk: Desk) -> None:
    case = await at_disposition(desk)
    await vacate(desk, "kepala_dkisp")
    assert "Menunggu: Kepala DKISP (belum ada pejabatnya)" in await card_of(desk, case, "kabid")
