"""The head and the Kabid look at the report in chat; nobody else does."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town
from workflows import words
from workflows.reports.readers import Print, Reader
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.words import WITA


async def test_the_head_reads_it_and_takes_it_along(town: Town) -> None:
    head, chief = town["kepala_opd"], town["kepala_dkisp"]
    await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("HST-")
    today = dt.datetime.now(WITA).date()
    await chief.send_command("menu")
    await chief.press("Laporan")
    told = await chief.wait_for("Laporan kinerja Layanan/Hosting")
    assert f"Bulan {words.month(today.month)} {today.year}" in told.text
    assert "Masuk 1, selesai 0" in told.text
    await chief.press("Gambar")
    shown = await chief.wait_for_file()
    assert (await chief.download(shown)).startswith((b"\x89PNG", b"\xff\xd8"))
    said = shown.text.splitlines()
    assert said[1:3] == ["Masuk 1, Selesai 0, Ditolak 0, Berjalan 1", "Rata-rata terhadap batas waktu:"]
    assert said[3].startswith("1. ")
    assert "IKM: belum ada responden" in said
    await chief.press("PDF")
    assert (await chief.download(await chief.wait_for_file())).startswith(b"%PDF")
    await chief.press("XLSX")
    assert (await chief.download(await chief.wait_for_file())).startswith(b"PK")
    await chief.press(f"Tahun {today.year}")
    await chief.wait_for(lambda message: f"Tahun {today.year}" in message.text and "Masuk 1" in message.text)


async def test_bagian_umum_reads_for_whom_a_report_is_to_be_printed(town: Town) -> None:
    clerk, files = town["bagian_umum"], town.app.office.files
    file: MessageParams = {
        "sha256": await files.write(b"%PDF-1.7"),
        "name": "Laporan.pdf",
        "media_type": "application/pdf",
        "caption": "laporan.berkas",
        "params": {"title": "Laporan kinerja Layanan Hosting", "period": "Bulan November 2026"},
    }
    absent = Print(name="Hendra Arfandi, AP., M.Si", vacant=False), Print(name="Kepala Bidang Aplikasi", vacant=True)
    reader = Reader(chat=clerk.id, roles=("bagian_umum",), prints=absent)
    async with town.app.database.write() as work:
        await outbox.put(work, reader.chat, "office_file", {**file, **reader.params()}, key="report")
    told = await clerk.wait_for_file()
    assert told.text.splitlines() == [
        "Laporan kinerja Layanan Hosting, Bulan November 2026",
        "",
        "🖨 Mohon cetak untuk Hendra Arfandi, AP., M.Si, yang tidak memakai Telegram.",
        "",
        "🖨 Mohon cetak untuk Kepala Bidang Aplikasi; belum ada pejabatnya yang terdaftar.",
    ]


async def test_others_have_no_such_button_and_a_forged_one_gives_nothing(town: Town) -> None:
    clerk = town["bagian_umum"]
    await clerk.send_command("menu")
    menu = await clerk.wait_for("Layanan DKISP")
    assert not any("Laporan" in button.text for button in menu.buttons)
    press = await clerk.press_data("d1:report_pdf:hosting:2026:11", menu)
    assert press.text
    assert not [message for message in await clerk.messages() if message.file]
