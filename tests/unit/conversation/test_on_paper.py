"""What is signed on paper: the head's disposition and decision, entered with the scan; and passing a letter on."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pypdf
import pytest

from bot.sandbox.client import Sandbox
from tests.unit.conversation import walk
from tests.unit.conversation.filling import TEAM
from tests.unit.conversation.town import Town, town_of
from tests.unit.uploads import samples
from workflows.cases.on_paper import PaperRule
from workflows.people import members
from workflows.store import cases, ledger
from workflows.store.tables import MandateRow

SCAN = samples.pdf(samples.letter())


async def sign_disposition(town: Town, signer: str = "Andi Saputra") -> None:
    umum = town["bagian_umum"]
    await umum.press("Catat disposisi kertas")
    await umum.press("Proses lebih lanjut")
    await umum.press("Lanjut")
    await sign(town, signer)
    await umum.press("Simpan disposisi kertas")


async def sign(town: Town, signer: str = "Andi Saputra") -> None:
    umum = town["bagian_umum"]
    await umum.wait_for("Kapan lembar kertas")
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian")
    await umum.send_document(SCAN, "disposisi.pdf")
    await umum.wait_for(f"Ditandatangani oleh: {signer}")


async def sheet(town: Town) -> str:
    """The newest disposition sheet, as it reads."""
    async with town.app.database.read() as work:
        letters = await cases.letters(work, 1, "lembar_disposisi")
        paper_id = letters[-1].paper_id
        assert paper_id is not None
        paper = await cases.paper(work, paper_id)
        assert paper is not None
    return text_of(await town.app.office.files.read(paper.sha256))


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


async def test_a_wet_disposition_is_entered_with_its_scan_and_marked_so(town: Town) -> None:
    await walk.ask(town)
    await walk.enter(town)
    await sign_disposition(town)
    for who in ("kepala_dkisp", "kabid"):
        card = await town[who].wait_for("Langkah 4 dari 10", since=0)
        assert "didisposisikan pada kertas oleh Kepala DKISP, lalu dipindai oleh Rina Wati" in card.text
        assert "Disposisi: Andi Saputra (tanda tangan basah, dipindai oleh Rina Wati)" in card.text
    await walk.choose_server(town)
    text = await sheet(town)
    assert "Ditandatangani pada lembar kertas; dipindai oleh Rina Wati" in text
    assert "Disahkan melalui" not in text
    assert "Andi Saputra" in text
    async with town.app.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if line.action == "case.disposisi_basah"]
        scan = (await cases.papers(work, 1, "pindaian"))[0].sha256
    assert lines[0].data["on_paper"]["signed_on"]
    assert lines[0].data["papers"]["pindaian"] == scan
    for reader in ("kabid", "kepala_opd"):
        await town[reader].press("Lihat permohonan")
        await town[reader].wait_for_file()
    await town["kabid"].wait_for(lambda message: message.file is not None and message.file.name == "disposisi.pdf")
    assert {message.file.name for message in await town["kepala_opd"].messages() if message.file} == {
        "Surat-Permohonan-1.pdf"
    }


async def test_a_decision_is_not_entered_from_paper_unless_the_office_allows_it(town: Town) -> None:
    await walk.until_decision(town)
    umum = town["bagian_umum"]
    card = await umum.wait_for("Langkah 5 dari 10", since=0)
    assert card.button("Catat persetujuan kertas") is None
    assert card.button("Catat pengembalian kertas") is None
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
        assert case is not None
    refused = await umum.press_data(f"c1:1:setujui_basah:{case.revision}", card)
    assert "bukan wewenang Anda" in refused.text


@pytest.fixture
async def trusting_town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with town_of(sandbox, tmp_path, database_url, on_paper=PaperRule.DECISIONS) as town:
        yield town


async def test_a_wet_decision_gives_the_letter_in_the_heads_name_and_the_head_hears_of_it(trusting_town: Town) -> None:
    town = trusting_town
    await walk.until_decision(town)
    umum = town["bagian_umum"]
    await umum.press("Catat persetujuan kertas")
    await sign(town)
    await umum.press("Lanjutkan")
    await umum.wait_for("dicatat telah disetujui Kepala DKISP pada kertas")
    town.fleet.may_work.clear()  # so that the approval is the newest that the card tells of
    await umum.press("Ya, catat persetujuan")
    await town["kepala_dkisp"].wait_for(
        "disetujui pada kertas oleh Kepala DKISP, lalu dipindai oleh Rina Wati", since=0
    )
    town.fleet.may_work.set()
    await town["kepala_opd"].wait_for(lambda m: m.file is not None and m.text.startswith("Surat Balasan"), since=0)
    async with town.app.database.read() as work:
        code = (await cases.letters(work, 1, "surat_balasan"))[0].short_code
    await town["tim_teknis"].open_link(f"surat-{code}")
    await town["tim_teknis"].wait_for("Penanda tangan: Andi Saputra")
    kabid = town["kabid"]
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    report = await town["kepala_dkisp"].wait_for_file(since=0)
    text = text_of(await town["kepala_dkisp"].download(report))
    assert "Andi Saputra (tanda tangan basah, dipindai oleh Rina Wati)" in text


async def test_nobody_enters_a_wet_decision_on_the_request_they_acted_for(trusting_town: Town) -> None:
    town = trusting_town
    async with town.app.database.write() as work:
        umum = await members.whois(work, town["bagian_umum"].id)
        head = await members.whois(work, town["kepala_opd"].id)
        assert umum is not None
        assert head is not None
        opd_id = head.mandates[0].opd_id
        work.add(MandateRow(person_id=umum.person.id, role="tim_teknis", opd_id=opd_id, starts_on=dt.date(2026, 1, 1)))
    await walk.until_decision(town)
    card = await town["bagian_umum"].wait_for("Langkah 5 dari 10", since=0)
    assert card.button("Catat persetujuan kertas") is None


async def test_the_kabid_passes_the_letter_on_and_the_sheet_shows_each_hand(town: Town) -> None:
    kabid = town["kabid"]
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    await kabid.press("Teruskan disposisi")
    await kabid.wait_for("Dengan hormat harap")
    await kabid.press("Tanggapan dan saran")
    await kabid.press("Lanjut")
    await kabid.press("Catatan", message=await kabid.wait_for("Ringkasan"))
    await kabid.wait_for("Adakah catatan")
    await kabid.send_text("Mohon hitung kebutuhan basis datanya.")
    await kabid.press("Kirim disposisi lanjutan")
    card = await town["sub_koordinator"].wait_for("Diteruskan Dewi Lestari: Joko Susilo", since=0)
    assert "Mohon hitung kebutuhan basis datanya." in card.text
    await kabid.wait_for("Terakhir didisposisikan lebih lanjut")
    await walk.choose_server(town)
    text = await sheet(town)
    assert "Paraf: AS," in text
    assert "Disposisi lanjutan" in text
    assert "Paraf : DL," in text
    assert "Joko Susilo" in text
    assert "Mohon hitung kebutuhan basis datanya." in text
    assert not any("Mohon hitung" in message.text for message in await town["kepala_opd"].messages())


async def test_an_opd_without_telegram_is_served_by_its_letter_on_paper(town: Town) -> None:
    umum, kabid = town["bagian_umum"], town["kabid"]
    await enter_paper(town)
    await walk.enter(town)
    await walk.dispose(town)
    card = await kabid.wait_for("Permohonan kertas, dimasukkan oleh: Rina Wati", since=0)
    assert "Dinas Pendidikan" in card.text
    await kabid.press("Minta kelengkapan")
    await kabid.wait_for("Kelengkapan apa")
    await kabid.send_text("Perkiraan jumlah pengguna.")
    await kabid.press("Kirim permintaan")
    await umum.wait_for(lambda m: "Langkah 4" in m.text and "Menunggu: Bagian Umum" in m.text, since=0)
    await umum.press("Masukkan kelengkapan kertas")
    await umum.wait_for("Apa keterangan Anda")
    await umum.send_text("Pengguna 200 orang.")
    await umum.wait_for("berkas pendukung")
    await umum.press("Lewati")
    await umum.press("Simpan")
    await kabid.wait_for("dilengkapi dari kertas", since=0)
    await walk.choose_server(town)
    await walk.recommend(town)
    await walk.approve(town)
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    await made(town, "laporan_hosting")
    await umum.press("Lihat permohonan")
    await umum.wait_for(lambda m: m.file is not None and m.file.name.startswith("Surat-Pemberitahuan"))
    await umum.press("Catat serah terima")
    await umum.wait_for("Siapa yang menerima")
    await umum.send_text("Siti Rahma, Sekretaris Dinas Pendidikan")
    await umum.wait_for("Kapan diserahkan")
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian tanda terimanya")
    await umum.send_document(SCAN, "tanda-terima.pdf")
    assert not any(message.button("Kirim ulang") for message in await kabid.messages())
    await umum.press("Simpan serah terima")
    last = await town["kepala_dkisp"].wait_for("Langkah 10 dari 10", since=0)
    assert last.button("Nyatakan selesai")
    async with town.app.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if line.action == "case.serah_terima"]
        assert len(await cases.papers(work, 1, "tanda_terima")) == 1
    report = await town["kepala_dkisp"].wait_for_file(since=0)
    assert "Rina Wati (dari kertas)" in text_of(await town["kepala_dkisp"].download(report))
    assert lines[0].data["answers"]["penerima"] == "Siti Rahma, Sekretaris Dinas Pendidikan"


async def made(town: Town, kind: str) -> None:
    """Wait until the letter's PDF is there: it is made after the press that issued it."""
    async with asyncio.timeout(20):
        while True:
            async with town.app.database.read() as work:
                if any(letter.paper_id for letter in await cases.letters(work, 1, kind)):
                    return
            await asyncio.sleep(0.1)


async def enter_paper(town: Town) -> None:
    umum = town["bagian_umum"]
    await umum.send_command("menu")
    await umum.press("Masukkan permohonan kertas")
    await umum.wait_for("Untuk OPD mana")
    await umum.send_text("Dinas Pendidikan")
    await umum.wait_for("Kirim surat permohonan")
    await umum.send_document(SCAN, "surat.pdf")
    await umum.wait_for("nomor surat")
    await umum.send_text("400.3/812/DISDIK/XI/2026")
    await umum.wait_for("surat permohonan dibuat")
    await umum.press("Hari ini")
    for question, answer in (
        ("perihal", "Permohonan hosting e-Arsip"),
        ("nama aplikasi", "e-Arsip"),
        ("kegunaan", "Mengelola arsip surat dinas bagi seluruh pegawai."),
        ("(subdomain)", "e-arsip"),
    ):
        await umum.wait_for(question)
        await umum.send_text(answer)
    await umum.press("PHP")
    await umum.press("PHP 8.3")
    await umum.press("Ya")
    await umum.press(walk.SMALL)
    await umum.wait_for("Tim Teknis")
    await umum.send_text(TEAM)
    await umum.wait_for("Ringkasan")
    await umum.press("Masukkan permohonan kertas")
    await umum.wait_for("Langkah 2 dari 10")


async def test_who_entered_a_request_from_paper_decides_nothing_on_it_and_mends_what_came_back(
    trusting_town: Town,
) -> None:
    town = trusting_town
    umum = town["bagian_umum"]
    await enter_paper(town)
    await umum.press("Kembalikan ke OPD")
    await umum.press("Berkas surat tidak terbaca")
    await umum.press("Lanjut")
    await umum.press("Kirim pengembalian")
    await umum.press("Perbaiki permohonan kertas")
    await umum.press("Ubah")
    await umum.press("Perihal")
    await umum.wait_for("perihal surat")
    await umum.send_text("Permohonan hosting e-Arsip yang diperbaiki")
    await umum.press("Simpan perbaikan")
    await umum.wait_for("diperbaiki dari kertas")
    await umum.press("Kirim permohonan kertas")
    await umum.wait_for("Langkah 2 dari 10")
    await walk.enter(town)
    await walk.dispose(town)
    await walk.choose_server(town)
    await walk.recommend(town)
    card = await umum.wait_for("Langkah 5 dari 10", since=0)
    assert card.button("Catat persetujuan kertas") is None
    refused = await town["kepala_opd"].press_data("d1:open_paper:hosting", await town["kepala_opd"].wait_for("Layanan"))
    assert "bukan wewenang Anda" in refused.text
