"""Notes, questions and answers about a case: who may, who reads them, and what the record holds of them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.cases import remarks
from workflows.casework.press_button import press
from workflows.refusal import Refused
from workflows.store import cases, ledger
from workflows.store.tables import Case, OutboxMessage
from workflows.views.case import case_view
from workflows.views.lists import tasks
from workflows.views.thread import thread

SECRET = "Jangan sampai OPD membaca kalimat ini."


async def say(desk: Desk, case: Case, who: str, action: str, text: str) -> None:
    await push(desk, case, who, action, {"teks": text})


async def read(desk: Desk, case: Case, *, inside: bool) -> list[tuple[str, str, str]]:
    async with desk.database.read() as work:
        found = await cases.get(work, case.id)
        assert found is not None
        sop = desk.office.sop(found.sop_code, found.sop_version)
        return [(entry.kind, entry.by, entry.text) for entry in await thread(work, sop, found, inside=inside)]


async def told(desk: Desk) -> list[int]:
    """Return whose chats a remark was put into, by the desk's order of people."""
    async with desk.database.read() as work:
        rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "screen"))
        return sorted(row.chat_id - 1000 for row in rows if row.params["name"] == "remark")


async def test_a_question_goes_to_the_office_that_holds_the_step_and_the_answer_back(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await say(desk, case, "tim_teknis", "tanya", "Kapan diputuskan?")
    kepala, asker = 4, 2
    assert await told(desk) == [kepala]
    with pytest.raises(Refused) as refused:
        await say(desk, case, "kabid", "jawab", "Besok.")
    assert refused.value.code == "wrong_role"
    await say(desk, case, "kepala_dkisp", "jawab", "Besok.")
    assert await told(desk) == [asker, kepala]
    with pytest.raises(Refused) as again:
        await say(desk, case, "kepala_dkisp", "jawab", "Besok.")
    assert again.value.code == "guard_question_open"


async def test_a_question_while_the_machine_works_waits_in_the_kabids_tasks(desk: Desk) -> None:
    case = await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")
    await say(desk, case, "kepala_opd", "tanya", "Sudah sampai mana?")
    async with desk.database.read() as work:
        for who, count in (("kabid", 1), ("bagian_umum", 0), ("sub_koordinator", 0)):
            assert len(await tasks(desk.office, work, await desk.member(work, who))) == count, who


async def test_a_note_is_read_by_the_office_and_by_nobody_else(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await say(desk, case, "sub_koordinator", "catatan_internal", SECRET)
    await say(desk, case, "kepala_opd", "tanya", "Kapan diputuskan?")
    assert ("internal", "Sub Koordinator", SECRET) in await read(desk, case, inside=True)
    assert [kind for kind, _, _ in await read(desk, case, inside=False)] == ["question"]
    for who in ("kepala_opd", "tim_teknis"):
        with pytest.raises(Refused) as refused:
            await say(desk, case, who, "catatan_internal", "Boleh?")
        assert refused.value.code == "wrong_role"
    assert await told(desk) == [4, 4], "the head must act, so the head hears of both"


async def test_the_record_names_who_said_something_and_holds_none_of_it(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    await say(desk, case, "kabid", "catatan_internal", SECRET)
    async with desk.database.read() as work:
        lines = await ledger.of_case(work, case.id)
    said = [line for line in lines if line.action == "remark.internal"]
    assert [line.person_id for line in said] == [desk.ids["kabid"]]
    assert SECRET not in json.dumps([line.data for line in lines])


async def test_a_remark_makes_nobodys_card_stale(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    shown = case.revision
    await say(desk, case, "kepala_opd", "tanya", "Kapan diputuskan?")
    await say(desk, case, "kabid", "catatan_internal", "Server cukup.")
    async with desk.database.write() as work:
        await press(
            desk.office,
            work,
            await desk.member(work, "kepala_dkisp"),
            case_id=case.id,
            action_id="setujui",
            revision=shown,
        )


async def test_one_person_says_so_much_a_day_and_no_more(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    for number in range(remarks.DAILY):
        await say(desk, case, "kepala_opd", "tanya", f"Pertanyaan {number}?")
    with pytest.raises(Refused) as refused:
        await say(desk, case, "kepala_opd", "tanya", "Satu lagi?")
    assert refused.value.code == "remarks_too_many"
    desk.clock.pass_time(days=1)
    await say(desk, case, "kepala_opd", "tanya", "Hari baru?")


async def test_rounds_of_completion_are_kept_each_and_the_clock_stands_meanwhile(desk: Desk) -> None:
    case = await ask(desk)
    await push(
        desk,
        case,
        "bagian_umum",
        "agendakan",
        {"sifat": "biasa", "klasifikasi": "500.12.3", "tanggal_diterima": "2026-11-24"},
    )
    await push(desk, case, "bagian_umum", "teruskan")
    await push(
        desk,
        case,
        "kepala_dkisp",
        "disposisikan",
        {"diteruskan_kepada": ["kabid_aplikasi"], "instruksi": ["proses"]},
    )
    for number in (1, 2):
        await push(desk, case, "kabid", "minta_kelengkapan", {"diminta": f"Kelengkapan {number}"})
        desk.clock.pass_time(hours=1)
        await push(desk, case, "kepala_opd", "kirim_kelengkapan", {"keterangan": f"Keterangan {number}"})
    async with desk.database.read() as work:
        found = await cases.get(work, case.id)
        assert found is not None
        entries = await thread(work, desk.office.sop(found.sop_code, found.sop_version), found, inside=False)
        view = await case_view(desk.office, work, case.id, await desk.member(work, "kabid"))
    rounds = [(entry.kind, entry.answers[0].value) for entry in reversed(entries)]
    assert rounds == [
        ("asked", "Kelengkapan 1"),
        ("supplied", "Keterangan 1"),
        ("asked", "Kelengkapan 2"),
        ("supplied", "Keterangan 2"),
    ]
    assert view is not None
    assert view.elapsed == dt.timedelta(), "two hours passed while the OPD owed an answer"
