"""Bagian Umum puts the paper agenda book away: letters of no case, void numbers, numbers from paper, printing."""

from __future__ import annotations

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows.store import cases


async def open_book(town: Town, book: str) -> None:
    umum = town["bagian_umum"]
    await umum.send_command("menu")
    await umum.press("Buku agenda")
    await umum.press(book)


async def write_down_a_letter(town: Town) -> None:
    umum = town["bagian_umum"]
    await open_book(town, "Surat masuk")
    await umum.press("Catat surat masuk")
    await umum.press("Hari ini")
    await umum.wait_for("Dari mana surat ini")
    await umum.send_text("Sekretariat Daerah")
    await umum.wait_for("Berapa nomor surat")
    await umum.send_text("800/12/SETDA/XI/2026")
    await umum.wait_for("Tanggal berapa surat")
    await umum.press("Lewati")
    await umum.wait_for("Apa perihal surat")
    await umum.send_text("Undangan rapat <b>koordinasi</b>")
    await umum.press("Simpan", message=await umum.wait_for("Ringkasan"))
    await umum.wait_for("Nomor urut: 1")


async def test_a_letter_of_no_case_is_entered_corrected_and_struck(town: Town) -> None:
    umum = town["bagian_umum"]
    await write_down_a_letter(town)
    await umum.press("Ubah")
    await umum.press("Ubah")
    await umum.press("Diteruskan ke / disposisi")
    await umum.wait_for("Diteruskan kepada siapa")
    await umum.send_text("Sekretaris, untuk dihadiri")
    await umum.press("Simpan")
    await umum.wait_for("Diteruskan ke / disposisi: Sekretaris, untuk dihadiri")
    await umum.press("Batalkan nomor")
    await umum.wait_for("Mengapa nomor ini dibatalkan")
    await umum.send_text("Surat tercatat dua kali")
    await umum.press("Lanjutkan")
    await umum.wait_for("tetap tercantum pada buku")
    await umum.press("Ya, batalkan")
    struck = await umum.wait_for("Nomor ini dibatalkan oleh Rina Wati")
    assert "Surat tercatat dua kali" in struck.text
    assert struck.button("Batalkan nomor") is None
    await umum.press("Surat masuk")
    assert "Dibatalkan: Surat tercatat dua kali" in (await umum.wait_for("Surat masuk · 2026 (1)")).text


async def test_the_case_stands_in_both_books_and_continues_the_number_from_paper(town: Town) -> None:
    umum = town["bagian_umum"]
    await open_book(town, "Surat keluar")
    await umum.press("Nomor di luar sistem")
    await umum.wait_for("Nomor urut berapa")
    await umum.send_text("46")
    await umum.press("Lewati")
    await umum.press("Hari ini")
    await umum.wait_for("Kepada siapa")
    await umum.send_text("Kepala Dinas Kesehatan")
    await umum.wait_for("perihal")
    await umum.send_text("Penyampaian laporan")
    await umum.press("Simpan", message=await umum.wait_for("Ringkasan"))
    await umum.wait_for("Nomor 46 dicatat pada buku surat keluar sebagai nomor di luar sistem")
    await umum.press("Ya, catat")
    await umum.wait_for("Diambil di luar sistem")
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kepala_opd"].wait_for(lambda message: message.file is not None and "/47/" in message.text, since=0)
    await open_book(town, "Surat keluar")
    book = await umum.wait_for("Surat keluar · 2026 (2)")
    assert "Surat Balasan: Permohonan hosting e-Arsip" in book.text
    await open_book(town, "Surat masuk")
    await umum.wait_for("Surat masuk · 2026 (1)")
    await umum.press("1")
    line = await umum.wait_for("Surat masuk nomor 1")
    assert "Diteruskan ke / disposisi: Kepala Bidang Aplikasi Informatika; Proses lebih lanjut" in line.text
    assert line.button("Ubah") is None
    refused = await umum.press("Batalkan nomor")
    assert "dipakai permohonan HST-2026-0001" in refused.text


async def test_a_book_is_printed_and_a_void_letter_says_so_to_who_scans_it(town: Town) -> None:
    umum = town["bagian_umum"]
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kepala_opd"].wait_for("Surat Balasan", since=0)
    await open_book(town, "Surat keluar")
    await umum.press("PDF")
    await umum.wait_for(lambda message: message.file is not None and "Buku Agenda Surat Keluar" in message.text)
    await umum.press("XLSX")
    await umum.wait_for(
        lambda message: message.file is not None and message.file.name == "Buku-Agenda-Surat-Keluar-Tahun-2026.xlsx"
    )
    await umum.press("Pilih bulan")
    await umum.press("Januari")
    await umum.wait_for("Januari 2026 (0)")
    await open_book(town, "Surat keluar")
    await umum.press("1")
    await umum.press("Batalkan nomor")
    await umum.wait_for("Mengapa")
    await umum.send_text("Surat salah ketik dan diganti")
    await umum.press("Lanjutkan")
    await umum.press("Ya, batalkan")
    await umum.wait_for("Nomor ini dibatalkan")
    async with town.app.database.read() as work:
        code = (await cases.letters(work, 1, "surat_balasan"))[0].short_code
    await town["tim_teknis"].open_link(f"surat-{code}")
    await town["tim_teknis"].wait_for("Surat ini tidak berlaku")


async def test_who_does_not_keep_the_books_sees_none_of_them(town: Town) -> None:
    await write_down_a_letter(town)
    kabid = town["kabid"]
    await kabid.send_command("menu")
    menu = await kabid.wait_for("Kepala Bidang Aplikasi Informatika")
    assert menu.button("Buku agenda") is None
    seen = {message.id for message in await kabid.messages()}
    for forged in ("n1:agenda", "n1:agenda_book:surat_masuk:2026:0:0", "n1:agenda_entry:1"):
        await kabid.press_data(forged, menu)
    for forged in ("d1:agenda_new:surat_masuk", "d1:agenda_void:1", "d1:agenda_pdf:surat_masuk:2026:0"):
        refused = await kabid.press_data(forged, menu)
        assert "bukan wewenang" in refused.text
    umum = town["bagian_umum"]
    own = await umum.wait_for("Nomor urut: 1")
    for broken in ("n1:agenda_book:perkara_hosting:2026:0:0", "n1:agenda_entry:x", "d1:agenda_pdf:surat_masuk:0:99"):
        await umum.press_data(broken, own)
    said = {message.text for message in await kabid.messages() if message.id not in seen}
    assert said == {"Tombol ini tidak berlaku lagi. Ketuk /menu untuk memulai."}
    assert not any("Sekretariat Daerah" in message.text for message in await kabid.messages())
