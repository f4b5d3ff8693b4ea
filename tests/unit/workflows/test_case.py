"""A case on its way through the office, judged by what people would see of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from workflows.calendar.stays import paused, worked
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.casework.open_case import open_case
from workflows.casework.press_button import press
from workflows.refusal import Refused
from workflows.store import cases, hostings
from workflows.store.tables import Case, OutboxMessage

REQUEST: dict[str, Any] = {
    "cara_surat": "buatkan",
    "nomor_surat": "500.12/7/DISDIK/XI/2026",
    "tanggal_surat": "2026-11-23",
    "perihal": "Permohonan hosting e-Arsip",
    "aplikasi": "e-Arsip",
    "tujuan": "Mengelola arsip surat dinas.",
    "subdomain": "e-arsip",
    "jenis": "php",
    "versi_php": "8.2",
    "basis_data": True,
    "paket": "kecil",
    "tim_teknis": [{"name": "Siti", "nip": "199001012015012001", "phone": "+6281234567890"}],
    "pernyataan": True,
}
AGENDA = {"sifat": "biasa", "klasifikasi": "500.12.3", "tanggal_diterima": "2026-11-24"}
DISPOSITION = {"diteruskan_kepada": ["kabid_aplikasi"], "instruksi": ["proses"]}


async def ask(desk: Desk, who: str = "kepala_opd", **changes: Any) -> Case:
    async with desk.database.write() as work:
        return await open_case(desk.office, work, await desk.member(work, who), REQUEST | changes, sop_code="hosting")


async def push(desk: Desk, case: Case, who: str, action: str, answers: dict[str, Any] | None = None) -> Case:
    async with desk.database.write() as work:
        now = await cases.get(work, case.id)
        assert now is not None
        done = await press(
            desk.office,
            work,
            await desk.member(work, who),
            case_id=case.id,
            action_id=action,
            revision=now.revision,
            answers=answers,
        )
        return done.case


async def bring_to_decision(desk: Desk, case: Case) -> Case:
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)
    await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    return await push(desk, case, "kabid", "rekomendasi_setuju", {})


async def test_an_approved_request_is_numbered_answered_and_handed_to_the_machine(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    case = await push(desk, case, "kepala_dkisp", "setujui")

    assert (case.number, case.step, case.status) == ("HST-2026-0001", "pembuatan", "open")
    assert case.facts["agenda_number"] == "1"
    async with desk.database.read() as work:
        letters = {letter.kind: letter.number for letter in await cases.letters(work, case.id)}
        assert letters["surat_balasan"] == "500.12.3/1/DKISP/XI/2026"
        hosting = await hostings.of_case(work, case.id)
        assert hosting is not None
        assert hosting.domain == "e-arsip.tarakankota.go.id"
        assert [job.state for job in await hostings.open_jobs(work)] == ["waiting"]


async def test_the_head_of_another_opd_can_neither_send_nor_withdraw_it(desk: Desk) -> None:
    case = await ask(desk)
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kepala_dinkes", "tarik")
    assert refused.value.code == "wrong_opd"
    assert refused.value.params == {}  # nothing of the case is told


async def test_a_second_press_on_the_same_card_changes_nothing_and_says_who_was_first(desk: Desk) -> None:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    async with desk.database.read() as work:
        shown = (await cases.get(work, case.id)).revision  # type: ignore[union-attr]
    await push(desk, case, "bagian_umum", "teruskan")
    async with desk.database.write() as work:
        with pytest.raises(Refused) as refused:
            await press(
                desk.office,
                work,
                await desk.member(work, "bagian_umum"),
                case_id=case.id,
                action_id="teruskan",
                revision=shown,
            )
    assert refused.value.code == "stale_revision"
    assert refused.value.params["by"] == "Bagian Umum"
    assert refused.value.params["done"] == "diteruskan ke Kepala"


async def test_one_name_cannot_be_asked_for_by_two_open_cases(desk: Desk) -> None:
    await ask(desk)
    with pytest.raises(Refused) as refused:
        await ask(desk, "kepala_dinkes")
    assert refused.value.code == "subdomain_asked"
    async with desk.database.read() as work:
        assert len(await cases.newest(work, limit=5)) == 1
    second = await ask(desk, "kepala_dinkes", subdomain="e-sehat")
    assert second.number == "HST-2026-0002"  # the refused one left no gap


async def test_capacity_is_not_promised_twice(desk: Desk) -> None:
    first, second = await ask(desk), await ask(desk, "kepala_dinkes", subdomain="e-sehat")
    for case in (first, second):
        await push(desk, case, "bagian_umum", "agendakan", AGENDA)
        await push(desk, case, "bagian_umum", "teruskan")
        await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)
    await push(desk, first, "kabid", "pilih_server", {"server": "web-1", "paket": "besar"})
    with pytest.raises(Refused) as refused:
        await push(desk, second, "kabid", "pilih_server", {"server": "web-1", "paket": "besar"})
    assert refused.value.code == "capacity_lacking"
    async with desk.database.read() as work:
        assert "server" not in (await cases.get(work, second.id)).facts  # type: ignore[union-attr]
    await push(desk, first, "kepala_opd", "tarik")
    await push(desk, second, "kabid", "pilih_server", {"server": "web-1", "paket": "besar"})


async def test_a_disk_that_is_really_full_promises_nothing(desk: Desk) -> None:
    case = await ask(desk)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)
    async with desk.database.write() as work:
        server = (await hostings.servers(work))[0]
        server.facts = dataclasses.replace(server.facts, disk_free_mb=500)
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    assert refused.value.params["lacking"] == ["disk_mb"]


async def test_a_returned_request_stops_the_clock_until_it_is_sent_again(desk: Desk) -> None:
    case = await ask(desk)
    case = await push(desk, case, "bagian_umum", "kembalikan_opd", {"alasan": ["Berkas surat tidak terbaca"]})
    assert (case.step, case.status) == ("permohonan", "waiting_opd")
    desk.clock.pass_time(hours=3)
    case = await push(desk, case, "kepala_opd", "kirim")
    async with desk.database.read() as work:
        stay = [stay for stay in await cases.steps(work, case.id) if stay.step == "permohonan"][-1]
    assert stay.finished_at == desk.clock.now
    now = desk.clock.now
    assert paused(stay, WorkingCalendar(), now) == dt.timedelta(hours=2)  # 10:00 to 13:00 WITA, less the break
    assert worked(stay, WorkingCalendar(), now) == dt.timedelta()


async def test_a_refusal_gives_the_capacity_back_and_sends_reasons_to_the_opd(desk: Desk) -> None:
    case = await bring_to_decision(desk, await ask(desk))
    case = await push(desk, case, "kepala_dkisp", "tolak", {"alasan": ["Kapasitas server tidak mencukupi"]})
    assert case.status == "refused"
    async with desk.database.read() as work:
        assert await hostings.of_case(work, case.id) is None
        letter = (await cases.letters(work, case.id, "surat_balasan_tolak"))[0]
        letters = select(OutboxMessage.chat_id).where(OutboxMessage.kind == "letter")
        assert letter.number == "500.12.3/1/DKISP/XI/2026"
        assert "Kapasitas server tidak mencukupi" in str(letter.data)
        assert list(await work.session.scalars(letters)) == [
            1001,
            1001,
        ]  # the head that asked: its request, then the answer


async def test_a_member_of_the_team_prepares_and_the_head_sends(desk: Desk) -> None:
    case = await ask(desk, "tim_teknis")
    assert case.step == "permohonan"
    with pytest.raises(Refused):
        await push(desk, case, "tim_teknis", "kirim")
    case = await push(desk, case, "kepala_opd", "kirim")
    assert case.step == "agenda"
