"""OPDs without Telegram are served by every SOP: their letters come and go on paper, by Bagian Umum."""

from __future__ import annotations

import pytest

from tests.stories.letters import words_of
from tests.unit.conversation import walk
from tests.unit.conversation.filling import TEAM
from tests.unit.conversation.test_on_paper import SCAN, made, sign_disposition
from tests.unit.conversation.test_second_sops import QUESTION, note_result, schedule, type_in
from tests.unit.conversation.town import Town

ADVICE, SITE = "Masukkan konsultasi kertas", "Masukkan subdomain kertas"


async def enter_letter(town: Town, label: str) -> None:
    """Enter an OPD's letter up to the questions of the service."""
    umum = town["bagian_umum"]
    await umum.send_command("menu")
    await umum.press(label)
    await umum.wait_for("Untuk OPD mana")
    await umum.send_text("Dinas Pendidikan")
    await umum.wait_for("Kirim surat permohonan")
    await umum.send_document(SCAN, "surat.pdf")
    await type_in(umum, ("nomor surat", "400.3/812/DISDIK/XI/2026"))
    await umum.wait_for("surat permohonan dibuat")
    await umum.press("Hari ini")
    await type_in(umum, ("perihal", "Permohonan e-Arsip"), ("nama aplikasi", "e-Arsip"))


async def enter_advice(town: Town) -> None:
    """Enter a letter that asks for advice."""
    umum = town["bagian_umum"]
    await enter_letter(town, ADVICE)
    await umum.press("Perencanaan")
    await type_in(umum, ("dikonsultasikan", QUESTION), ("Tim Teknis", TEAM))
    await send_in(town, ADVICE)


async def enter_site(town: Town) -> None:
    """Enter a letter that asks for a hosting with its name."""
    umum = town["bagian_umum"]
    await enter_letter(town, SITE)
    await type_in(umum, ("kegunaan", "Mengelola arsip surat dinas bagi pegawai."), ("(subdomain)", "e-arsip"))
    for answer in ("PHP", "PHP 8.3", "Ya", walk.SMALL):
        await umum.press(answer)
    await type_in(umum, ("Tim Teknis", TEAM))
    await send_in(town, SITE)


async def send_in(town: Town, label: str) -> None:
    umum = town["bagian_umum"]
    await umum.wait_for("Ringkasan")
    await umum.press(label)
    await umum.wait_for("Langkah 2 dari 9")


async def hand_over(town: Town) -> None:
    """Hand the printed letters over, with the receipt that was signed for them."""
    umum = town["bagian_umum"]
    await umum.press("Catat serah terima")
    await type_in(umum, ("Siapa yang menerima", "Siti Rahma, Sekretaris Dinas Pendidikan"))
    await umum.wait_for("Kapan diserahkan")
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian tanda terimanya")
    await umum.send_document(SCAN, "tanda-terima.pdf")
    await umum.press("Simpan serah terima")


async def test_a_consultation_asked_on_paper_goes_to_its_end(town: Town) -> None:
    umum, kabid, kepala = town["bagian_umum"], town["kabid"], town["kepala_dkisp"]
    await enter_advice(town)
    await walk.enter(town)
    await sign_disposition(town)
    card = await kabid.wait_for("Langkah 4 dari 9", since=0)
    assert "Disposisi: Andi Saputra (tanda tangan basah, dipindai oleh Rina Wati)" in card.text
    await kabid.press("Minta kelengkapan")
    await type_in(kabid, ("Kelengkapan apa", "Rancangan proses bisnis."))
    await kabid.press("Kirim permintaan")
    await umum.press("Masukkan kelengkapan kertas")
    await type_in(umum, ("Apa keterangan", "Rancangan proses bisnis terlampir."))
    await umum.wait_for("berkas pendukung")
    await umum.press("Lewati")
    await umum.press("Simpan")
    await kabid.wait_for("dilengkapi dari kertas", since=0)
    await schedule(town)
    await note_result(town)
    await kabid.wait_for("Langkah 6 dari 9", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    await made(town, "hasil_konsultasi")
    await umum.press("Lihat permohonan")
    await umum.wait_for(lambda message: message.file is not None and message.file.name.startswith("Hasil-Konsultasi"))
    await hand_over(town)
    assert (await kepala.wait_for("Langkah 9 dari 9", since=0)).button("Nyatakan selesai")
    assert "Rina Wati (dari kertas)" in await words_of(kepala, await kepala.wait_for_file(since=0))


@pytest.mark.parametrize("label", [ADVICE, SITE])
async def test_what_came_back_on_paper_is_mended_and_sent_again(town: Town, label: str) -> None:
    umum = town["bagian_umum"]
    await (enter_advice(town) if label == ADVICE else enter_site(town))
    await umum.press("Kembalikan ke OPD")
    await umum.press("Berkas surat tidak terbaca")
    await umum.press("Lanjut")
    await umum.press("Kirim pengembalian")
    await umum.press("Perbaiki permohonan kertas")
    await umum.press("Ubah")
    await umum.press("Perihal")
    await type_in(umum, ("perihal surat", "Permohonan e-Arsip yang diperbaiki"))
    await umum.press("Simpan perbaikan")
    await umum.wait_for("diperbaiki dari kertas")
    await umum.press("Kirim permohonan kertas")
    await umum.wait_for("Langkah 2 dari 9")
