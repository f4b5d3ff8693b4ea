"""What the Kepala sends back on paper: entered with its scan, no disposition, and past when the case is sent again."""

from __future__ import annotations

import hashlib

import pytest

from bot.sandbox.screen import ScreenMessage
from tests.unit.conversation import walk
from tests.unit.conversation.test_head_on_paper import HEAD, until_paper_decision
from tests.unit.conversation.test_head_on_paper import town as town_without_head
from tests.unit.conversation.test_on_paper import SCAN, sign_disposition, text_of, trusting_town
from tests.unit.conversation.test_second_sops import request_advice
from tests.unit.conversation.test_second_sops_on_paper import enter_site
from tests.unit.conversation.town import Town
from tests.unit.uploads import samples
from workflows.store import cases, ledger

__all__ = ["town_without_head", "trusting_town"]

ANDI, BACK = "Andi Saputra", "Catat pengembalian kertas"
OTHER_SCAN = samples.pdf(samples.letter(pages=2))


async def send_back(town: Town, reason: str, *, signer: str = ANDI, scan: bytes = SCAN) -> None:
    """Enter a sheet on which the Kepala sends the case back, as Bagian Umum."""
    umum = town["bagian_umum"]
    await umum.press(BACK)
    await umum.wait_for("Apa alasan pengembalian")
    await umum.press(reason)
    await umum.press("Lanjut")
    asked = await umum.wait_for("Kapan lembar kertas")
    assert "· 2/3" in asked.text  # there is one Kepala, so nobody is asked who signed
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian")
    await umum.send_document(scan, "pengembalian.pdf")
    await umum.wait_for(f"Ditandatangani oleh: {signer}")
    await umum.press("Simpan pengembalian kertas")


def returned(signer: str, step: str) -> str:
    return f"Dikembalikan dari {step}: {signer} (tanda tangan basah, dipindai oleh Rina Wati)"


async def card_of(town: Town, role: str, *words: str) -> ScreenMessage:
    """The newest card that says all these words."""
    return await town[role].wait_for(lambda message: all(word in message.text for word in words), since=0)


async def test_a_letter_goes_back_on_paper_twice_and_is_disposed_of_at_last(town: Town) -> None:
    umum = town["bagian_umum"]
    await walk.ask(town)
    await walk.enter(town)
    await umum.wait_for("Langkah 3 dari 10", since=0)
    await send_back(town, "Data agenda perlu diperbaiki")
    for who in ("bagian_umum", "kepala_dkisp"):
        card = await card_of(town, who, "Langkah 2 dari 10", returned(ANDI, "Disposisi"))
        assert "dikembalikan ke Bagian Umum pada kertas oleh Kepala DKISP, lalu dipindai oleh Rina Wati" in card.text
        assert "Alasan pengembalian: Data agenda perlu diperbaiki" in card.text
        assert "\nDisposisi: " not in card.text
    assert not any(ANDI in message.text for message in await town["kepala_opd"].messages())

    await umum.press("Teruskan ke Kepala")
    sent = await card_of(town, "bagian_umum", "Langkah 3 dari 10")
    assert "Dikembalikan dari" not in sent.text
    await send_back(town, "Berkas surat kurang lengkap", scan=OTHER_SCAN)
    card = await card_of(town, "bagian_umum", "Langkah 2 dari 10", "Alasan pengembalian: Berkas surat kurang lengkap")
    assert card.text.count("Dikembalikan dari") == 1
    assert "Data agenda perlu diperbaiki" not in card.text

    await umum.press("Teruskan ke Kepala")
    await umum.wait_for("Langkah 3 dari 10", since=0)
    await sign_disposition(town)
    card = await card_of(
        town, "kabid", "Langkah 4 dari 10", f"Disposisi: {ANDI} (tanda tangan basah, dipindai oleh Rina Wati)"
    )
    assert "Dikembalikan dari" not in card.text
    assert "Berkas surat kurang lengkap" not in card.text
    await the_record_tells_each(town)


async def the_record_tells_each(town: Town) -> None:
    """Each sheet stands in the record by itself, with what it said and its own scan."""
    async with town.app.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if isinstance(line.data.get("on_paper"), dict)]
        scans = [paper.sha256 for paper in await cases.papers(work, 1, "pindaian")]
    assert [(line.action, line.data["on_paper"]["returned_to"]) for line in lines] == [
        ("case.kembali_umum_basah", "agenda"),
        ("case.kembali_umum_basah", "agenda"),
        ("case.disposisi_basah", ""),
    ]
    assert scans == [hashlib.sha256(scan).hexdigest() for scan in (SCAN, OTHER_SCAN, SCAN)]
    assert [line.data["papers"]["pindaian"] for line in lines] == scans


async def test_a_return_in_chat_follows_one_on_paper_and_is_not_taken_for_it(town: Town) -> None:
    umum, kepala = town["bagian_umum"], town["kepala_dkisp"]
    await walk.ask(town)
    await walk.enter(town)
    await umum.wait_for("Langkah 3 dari 10", since=0)
    await send_back(town, "Data agenda perlu diperbaiki")
    back = await card_of(town, "kepala_dkisp", "Langkah 2 dari 10", returned(ANDI, "Disposisi"))
    await umum.press("Teruskan ke Kepala")
    await kepala.wait_for("Langkah 3 dari 10", since=back.seq)
    await kepala.press("Kembalikan")
    await kepala.press("Berkas surat kurang lengkap")
    await kepala.press("Lanjut")
    await kepala.press("Kirim pengembalian")
    card = await card_of(town, "bagian_umum", "Langkah 2 dari 10", "Alasan pengembalian: Berkas surat kurang lengkap")
    assert "pada kertas" not in card.text


async def test_an_assessment_goes_back_on_paper_and_the_decision_is_pressed_in_chat(trusting_town: Town) -> None:
    town, kabid = trusting_town, trusting_town["kabid"]
    await walk.until_decision(town)
    await town["bagian_umum"].wait_for("Langkah 5 dari 10", since=0)
    for reason in ("Kajian kapasitas kurang lengkap", "Pilihan server perlu ditinjau"):
        await send_back(town, reason)
        card = await card_of(
            town, "kabid", "Langkah 4 dari 10", f"Alasan pengembalian: {reason}", returned(ANDI, "Keputusan")
        )
        assert card.button("Rekomendasikan disetujui")
        assert card.text.count("Dikembalikan dari") == 1
        assert "Rekomendasi Kabid" not in card.text
        await walk.recommend(town)
        await town["bagian_umum"].wait_for("Langkah 5 dari 10", since=0)
    await walk.approve(town)
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    report = await town["kepala_dkisp"].wait_for_file(since=0)
    assert "basah" not in text_of(await town["kepala_dkisp"].download(report))


async def test_a_head_without_telegram_sends_back_and_bagian_umum_has_the_task_again(town_without_head: Town) -> None:
    town = town_without_head
    await until_paper_decision(town)
    await send_back(town, "Pilihan server perlu ditinjau", signer=HEAD)
    card = await card_of(town, "kabid", "Langkah 4 dari 10", returned(HEAD, "Keputusan"))
    assert f"Disposisi: {HEAD} (tanda tangan basah, dipindai oleh Rina Wati)" in card.text
    kabid, umum = town["kabid"], town["bagian_umum"]
    await kabid.press("Rekomendasikan disetujui")
    await kabid.press("Kirim rekomendasi")
    await umum.wait_for(lambda m: "Langkah 5 dari 10" in m.text and bool(m.button(BACK)), since=0)
    await umum.send_command("tugas")
    assert "HST-2026-0001" in (await umum.wait_for("Tugas Anda")).text


@pytest.mark.parametrize("service", ["consultation", "sub domain"])
async def test_the_other_services_go_back_on_paper_alike(town: Town, service: str) -> None:
    if service == "consultation":
        await request_advice(town)
    else:
        await enter_site(town)
    await walk.enter(town)
    await town["bagian_umum"].wait_for("Langkah 3 dari 9", since=0)
    await send_back(town, "Data agenda perlu diperbaiki")
    await card_of(town, "bagian_umum", "Langkah 2 dari 9", returned(ANDI, "Disposisi"))
