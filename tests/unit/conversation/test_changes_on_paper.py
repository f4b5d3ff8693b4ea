"""An OPD without Telegram asks for a change of its hosting by letter; Bagian Umum enters it at the hosting's card."""

from __future__ import annotations

import pytest

from tests.unit.conversation.standing import DOMAIN, all_on_card, card_of, press_on_card, the_hosting
from tests.unit.conversation.test_changes import LARGE, WHY, approve, hand_over, ready, refuse, spec_of
from tests.unit.conversation.test_on_paper import SCAN
from tests.unit.conversation.test_renewal_by_letter import without_people
from tests.unit.conversation.town import Town
from workflows.store import cases, ledger

ENTER = "Masukkan perubahan kertas"
NUMBER = "400.3/900/DINKES/XI/2026"


async def enter_letter(town: Town, button: str, *answers: str) -> None:
    """Enter a letter up to the summary."""
    umum = town["bagian_umum"]
    await press_on_card(umum, button)
    await umum.wait_for("nomor surat Kepala OPD")
    await umum.send_text(NUMBER)
    await umum.wait_for("tanggal surat itu")
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian surat itu")
    await umum.send_document(SCAN, "surat-perubahan.pdf")
    for answer in answers:
        await umum.press(answer)
    await umum.wait_for("Apa alasannya?")
    await umum.send_text(WHY)
    await umum.wait_for("Ringkasan")


async def test_a_package_asked_for_by_letter_is_decided_and_made(town: Town) -> None:
    await ready(town)
    await without_people(town)
    umum, kabid = town["bagian_umum"], town["kabid"]
    await enter_letter(town, "Ubah paket", LARGE)
    await umum.press(ENTER)
    card = await kabid.wait_for("Langkah 2 dari 3", since=0)
    said = ("PRB-2026-0001", "Dinas Kesehatan", DOMAIN, LARGE, WHY, NUMBER, "Rina Wati")
    assert [word for word in said if word not in card.text] == []
    await kabid.press("Lihat permohonan")
    scan = await kabid.wait_for_file()
    assert await kabid.download(scan) == SCAN
    assert (await umum.wait_for("Langkah 2 dari 3", since=0)).button("Setujui") is None
    await approve(kabid)
    await umum.wait_for("selesai", since=0)
    assert (await spec_of(town)).limits.disk_mb == 5120
    async with town.app.database.read() as work:
        begun, *_ = [line async for line, _ in ledger.lines(work) if line.action == "case.ajukan"]
        kept = await cases.papers(work, 1, "surat")
    assert begun.data["on_paper"] is True
    assert begun.data["answers"]["nomor_surat"] == NUMBER
    assert await town.app.office.files.read(kept[0].sha256) == SCAN


async def test_a_refusal_rings_at_bagian_umum_who_answers_the_opd(town: Town) -> None:
    await ready(town)
    await without_people(town)
    await enter_letter(town, "Ubah paket", LARGE)
    await town["bagian_umum"].press(ENTER)
    await town["kabid"].wait_for("Langkah 2 dari 3", since=0)
    await refuse(town["kabid"])
    told = await town["bagian_umum"].wait_for("Kapasitas server tidak mencukupi", since=0)
    assert "PRB-2026-0001" in told.text


@pytest.mark.parametrize(
    ("button", "answers"), [("Hentikan layanan", ()), ("Alihkan ke OPD lain", ("Dinas Lingkungan Hidup",))]
)
async def test_its_end_and_another_owner_are_asked_for_by_letter_too(
    town: Town, button: str, answers: tuple[str, ...]
) -> None:
    await ready(town)
    await without_people(town)
    await enter_letter(town, button, *answers)
    await town["bagian_umum"].press(ENTER)
    card = await town["kabid"].wait_for("Langkah 2 dari 3", since=0)
    assert button in card.text


async def test_only_who_enters_letters_has_the_buttons_and_only_at_the_card(town: Town) -> None:
    await ready(town)
    engineer, umum = town["engineer"], town["bagian_umum"]
    assert "Ubah paket" in await all_on_card(umum)
    assert "Ubah paket" not in await all_on_card(engineer)
    refused = await engineer.press_data("d1:open_about:perubahan:paket:1", await card_of(engineer))
    assert "milik OPD lain" in refused.text
    await umum.send_command("menu")
    assert ENTER not in (await umum.wait_for(lambda message: message.button("Cari") is not None)).labels
    refused = await umum.press_data("d1:open_paper:perubahan", await card_of(umum))
    assert "bukan wewenang Anda" in refused.text


async def test_a_letter_of_the_former_opd_is_not_entered_after_a_handover(town: Town) -> None:
    await ready(town)
    await enter_letter(town, "Ubah paket", LARGE)
    await hand_over(town)
    umum = town["bagian_umum"]
    await umum.press(ENTER)
    await umum.wait_for("sudah dialihkan ke OPD lain")
    async with town.app.database.read() as work:
        assert await cases.get(work, 1) is None
    assert (await the_hosting(town)).wanted_revision == 1
