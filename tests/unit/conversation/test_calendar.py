"""The administrator keeps the working calendar in chat; what the clock says arrives and leads to its case."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town
from workflows.calendar.office_calendar import calendar_of
from workflows.clock.digest import tell_in_the_morning
from workflows.clock.reminders import send_reminders
from workflows.words import WITA

ELECTION = "Pemilihan kepala daerah"


async def test_a_holiday_is_added_and_taken_back(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Kalender kerja")
    await admin.wait_for("Hari libur berikutnya")
    await admin.press("Tambah hari libur")
    await admin.wait_for("Tanggal berapa?")
    await admin.send_text("1 Desember 2031")
    await admin.wait_for("Apa keterangannya?")
    await admin.send_text(ELECTION)
    await admin.wait_for("Ringkasan")
    await admin.press("Simpan")
    told = await admin.wait_for(f"Senin, 1 Desember 2031: libur ({ELECTION})")
    assert "Libur yang digeser: tambahkan hari kerja pada tanggal lamanya" in told.text
    async with town.app.database.read() as work:
        assert (await calendar_of(work)).why_free(dt.date(2031, 12, 1)) == ELECTION
    await admin.press("Hapus: 1 Desember 2031")
    await admin.wait_for(lambda message: "Kalender kerja" in message.text and ELECTION not in message.text)
    async with town.app.database.read() as work:
        assert (await calendar_of(work)).works_on(dt.date(2031, 12, 1))


async def test_hours_that_cannot_be_read_are_mended_and_the_other_answers_stay(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Kalender kerja")
    await admin.press("Jam kerja Ramadan")
    await admin.wait_for("08.00-12.00, 12.30-15.45")
    await admin.press("Ubah")
    await admin.press("Jam Jumat")
    await admin.wait_for("jam kerja Jumat")
    await admin.send_text("pagi sampai siang")
    await admin.wait_for("Bentuknya belum sesuai. Contoh: 08.00-11.30")
    await admin.send_text("11.00-08.00")
    await admin.wait_for("Ringkasan")
    await admin.press("Simpan")
    await admin.wait_for("belum dapat dibaca sebagai jam kerja", since=0)
    await admin.press("Ubah")
    await admin.press("Jam Jumat")
    await admin.wait_for("jam kerja Jumat")
    await admin.send_text("8.00 - 11.00")
    await admin.wait_for("Ringkasan")
    await admin.press("Simpan")
    await admin.wait_for("Senin–Kamis 08.00-12.00, 12.30-15.45; Jumat 08.00-11.00")


async def test_what_the_clock_says_arrives_with_a_button_to_the_case(town: Town) -> None:
    head, clerk, chief = town["kepala_opd"], town["bagian_umum"], town["kepala_dkisp"]
    await fill_request(head)
    await head.press("Kirim permohonan")
    await clerk.wait_for("HST-")
    begun = dt.datetime.now(WITA)
    at = begun
    for look in (0, 7, 14):  # a fortnight holds more than the day that is allowed, whatever day it is today
        day = begun + dt.timedelta(days=look)
        at = day + dt.timedelta(days=(1 - day.weekday()) % 7)  # its Tuesday
        town.app.database.clock = lambda at=at: at.replace(hour=10, minute=0)  # type: ignore[misc]
        await send_reminders(town.app.office, town.app.database)
    told = await clerk.wait_for("Mohon segera ditindaklanjuti", since=0)
    assert "Langkah 2: Scanning surat" in told.text
    above = await chief.wait_for("Permohonan tidak berubah tanpa tindakan pejabatnya", since=0)
    assert "Menunggu: Bagian Umum" in above.text
    await tell_in_the_morning(town.app.office, town.app.database)
    digest = await clerk.wait_for("1 permohonan menunggu tindakan Anda, yang paling lama", since=0)
    number = next(button.text for button in digest.buttons if button.text.startswith("HST-"))
    await clerk.press(number, message=digest)
    card = await clerk.wait_for(number)
    assert "⏰ Lewat " in card.text
    assert "dari batas 1 hari" in card.text
