"""SOPs that are a description only, played in chat from the menu to the survey: one without any server, one with."""

from __future__ import annotations

import datetime as dt

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from tests.stories.letters import words_of
from tests.unit.conversation import walk
from tests.unit.conversation.filling import TEAM, fill_request
from tests.unit.conversation.test_ten_steps import SURVEY
from tests.unit.conversation.town import Town
from workflows import words

QUESTION = "Pilihan teknologi dan kebutuhan server untuk 200 pengguna."
ADVICE = "Gunakan autentikasi terpusat; ajukan paket <sedang> & uji bebannya."


async def request_advice(town: Town) -> None:
    """Step 1 of the consultation."""
    head = town["kepala_opd"]
    await head.send_command("menu")
    await head.press("Ajukan konsultasi")
    await head.press("Buatkan surat")
    await type_in(head, ("omor surat", "500.12/7/DISDIK/2026"), ("anggal", "3 Agustus 2026"))
    await type_in(head, ("perihal", "Konsultasi aplikasi e-Arsip"), ("nama aplikasi", "e-Arsip"))
    await head.press("Perencanaan")
    await type_in(head, ("dikonsultasikan", QUESTION), ("Tim Teknis", TEAM))
    await head.wait_for("Ringkasan")
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 9")


async def type_in(person: SandboxUser, *answers: tuple[str, str]) -> None:
    for question, answer in answers:
        await person.wait_for(question)
        await person.send_text(answer)


async def until_schedule(town: Town) -> None:
    await request_advice(town)
    await walk.enter(town)
    kepala = town["kepala_dkisp"]
    await kepala.press("Disposisikan")
    await kepala.press("Proses lebih lanjut")
    await kepala.press("Lanjut")
    await kepala.press("Kirim disposisi")
    await town["kabid"].wait_for("Langkah 4 dari 9", since=0)


async def schedule(town: Town) -> None:
    kabid = town["kabid"]
    await kabid.press("Jadwalkan")
    await kabid.wait_for("Tanggal berapa")
    await kabid.press("Hari ini")
    await type_in(kabid, ("Pukul berapa", "09.00 WITA"))
    await kabid.press("Tatap muka")
    await type_in(kabid, ("Di mana", "Ruang rapat DKISP"))
    await kabid.press("Lewati")
    await kabid.press("Kirim undangan")


async def move_meeting(town: Town, place: str) -> None:
    """Change the one answer; the others stand."""
    kabid = town["kabid"]
    await kabid.press("Jadwalkan ulang")
    await kabid.wait_for("Ringkasan")
    await kabid.press("Ubah")
    await kabid.press("Tempat")
    await type_in(kabid, ("Di mana", place))
    await kabid.press("Kirim undangan")


async def note_result(town: Town) -> None:
    sub = town["sub_koordinator"]
    await sub.wait_for("Langkah 5 dari 9", since=0)
    await sub.press("Catat hasil")
    await sub.press("Hari ini")
    await type_in(sub, ("hadir", "Kepala Dinas Pendidikan"), ("dibahas", "Kebutuhan pengguna."), ("saran", ADVICE))
    await sub.press("Lewati")
    await sub.press("Simpan hasil")


async def letter(person: SandboxUser, title: str) -> str:
    """Return the words of the newest letter of that title."""
    shown: ScreenMessage = await person.wait_for(
        lambda message: message.file is not None and message.text.startswith(title), since=0
    )
    return await words_of(person, shown)


async def test_a_consultation_goes_from_the_menu_to_the_survey_without_a_server(town: Town) -> None:
    head, kabid, kepala = town["kepala_opd"], town["kabid"], town["kepala_dkisp"]
    await until_schedule(town)
    request = await letter(head, "Surat Permohonan")
    assert QUESTION in request
    assert "Tarakan, 3 Agustus 2026 Nomor : 500.12/7/DISDIK/2026" in request
    assert "Diajukan secara elektronik melalui Layanan DKISP tanggal" in request
    await schedule(town)
    invitation = await letter(head, "Undangan Konsultasi")
    assert "Pukul : 09.00 WITA" in invitation
    assert "Cara : Tatap muka" in invitation
    assert "Nomor 500.12/7/DISDIK/2026 tanggal 3 Agustus 2026 hal Konsultasi aplikasi e-Arsip, kami" in invitation
    assert f"Hari, tanggal : {words.weekday_date(dt.datetime.now(words.WITA))}" in invitation
    assert "a.n. Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian, Kepala Bidang" in invitation
    assert "Tembusan: Kepala Dinas Komunikasi" in invitation
    assert "Bahan" not in invitation  # it was skipped
    await note_result(town)

    await kabid.wait_for("Langkah 6 dari 9", since=0)
    await kabid.press("Pratinjau")
    await kabid.wait_for_file()
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    assert ADVICE in await letter(head, "Hasil Konsultasi")
    record = await letter(head, "Notula")
    assert "NOTULA KONSULTASI APLIKASI E-ARSIP" in record
    assert f"Pada hari {words.weekday_date(dt.datetime.now(words.WITA))} telah dilaksanakan" in record
    assert "Yth." not in record  # it is a record, to nobody

    report = await letter(kepala, "Laporan Pelaksanaan")
    await town["bagian_umum"].send_command("menu")
    await town["bagian_umum"].press("Buku agenda")
    await town["bagian_umum"].press("Surat keluar")
    book = (await town["bagian_umum"].wait_for("Surat keluar · ")).text
    assert book.count("· Kepala Dinas Kesehatan") == 2  # the invitation and the result
    assert "· Dinas Kesehatan" in book  # the record is to nobody
    assert "· Kepala Dinas Komunikasi" in book
    assert "Layanan Konsultasi Aplikasi" in report
    assert "hosting" not in report.lower()
    await kepala.wait_for("Langkah 9 dari 9", since=0)
    await kepala.press("Nyatakan selesai")
    await head.wait_for("telah dinyatakan selesai")
    await head.press("Isi survei")
    for answer in SURVEY:
        await head.press(answer)
    await head.press("Kirim survei")
    await head.wait_for("dinilai")


async def test_its_numbers_letters_and_lists_stand_beside_those_of_hosting(town: Town) -> None:
    head, clerk = town["kepala_opd"], town["bagian_umum"]
    await head.send_command("menu")
    menu = await head.wait_for(lambda message: message.button("Ajukan hosting") is not None)
    assert {"Ajukan hosting", "Ajukan konsultasi", "Ajukan subdomain"} <= set(menu.labels)
    await request_advice(town)
    await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 10")
    for person, command in ((clerk, "tugas"), (head, "permohonan")):
        await person.send_command(command)
        both = await person.wait_for(lambda message: "KSL-" in message.text and "HST-" in message.text)
        assert both.text.count("Langkah 2: Agenda") == 2


async def test_a_refused_consultation_is_answered_in_writing_and_may_be_asked_again(town: Town) -> None:
    head, kabid = town["kepala_opd"], town["kabid"]
    await until_schedule(town)
    await kabid.press("Tolak")
    await kabid.press("Kelengkapan tidak dipenuhi OPD")
    await kabid.press("Lanjut")
    await kabid.press("Lanjutkan")
    await kabid.press("Ya, tolak")
    assert "Kelengkapan tidak dipenuhi OPD" in await letter(head, "Surat Jawaban")
    await head.press("Ajukan ulang")
    assert QUESTION in (await head.wait_for("Ringkasan")).text


async def test_a_meeting_that_is_moved_is_invited_to_anew(town: Town) -> None:
    head = town["kepala_opd"]
    await until_schedule(town)
    await schedule(town)
    await town["kabid"].wait_for("Langkah 5 dari 9", since=0)
    first = await head.wait_for(invites, since=0)
    await move_meeting(town, "Ruang rapat lantai 2")
    second = await head.wait_for(lambda message: invites(message) and message.id != first.id, since=0)
    assert "Tempat : Ruang rapat lantai 2" in await words_of(head, second)


def invites(message: ScreenMessage) -> bool:
    return message.file is not None and message.text.startswith("Undangan Konsultasi")


async def test_a_subdomain_is_decided_by_the_kabid_and_becomes_a_site(town: Town) -> None:
    head, kabid, kepala = town["kepala_opd"], town["kabid"], town["kepala_dkisp"]
    await head.send_command("menu")
    await head.press("Ajukan subdomain")
    await fill_request(head, begun=True)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 9")
    await walk.enter(town)
    await kepala.press("Disposisikan")
    await kepala.press("Proses lebih lanjut")
    await kepala.press("Lanjut")
    await kepala.press("Kirim disposisi")
    await kabid.wait_for("Langkah 4 dari 9", since=0)
    await walk.choose_server(town)
    await kabid.press("Setujui")
    await kabid.press("Ya, setujui")
    granted = await letter(head, "Surat Persetujuan")
    assert "Jenis : PHP" in granted
    assert "Basis data : Ya" in granted
    await kabid.wait_for("Langkah 6 dari 9", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    await kepala.wait_for("Langkah 9 dari 9", since=0)
    await head.press("Tampilkan kredensial")
    await head.press("Ya, tampilkan")
    await head.wait_for("Kata sandi")
    await kepala.press("Nyatakan selesai")
    await head.wait_for("telah dinyatakan selesai")
    await head.send_command("hosting")
    await head.wait_for("https://e-arsip.tarakankota.go.id")


async def test_the_official_sheet_is_sent_to_dkisp_and_to_nobody_else(town: Town) -> None:
    head, kabid = town["kepala_opd"], town["kabid"]
    await kabid.send_command("bantuan")
    helped = await kabid.wait_for("Bantuan")
    assert all(label in helped.text for label in ("Pilih server", "Jadwalkan", "Register"))
    await kabid.press("SOP Layanan Konsultasi Aplikasi")
    sheet = await kabid.wait_for_file()
    assert "Layanan Konsultasi Aplikasi" in sheet.text
    words = await words_of(kabid, sheet)
    assert "Kualifikasi Pelaksana" in words
    assert "Penelaahan permohonan dan penjadwalan konsultasi" in words
    await head.send_command("bantuan")
    helped = await head.wait_for("Bantuan")
    assert not any(label.startswith("SOP ") for label in helped.labels)
    stolen = next(button.data for button in (await kabid.wait_for("Bantuan", since=0)).buttons if "SOP" in button.text)
    assert stolen is not None
    press = await head.press_data(stolen, helped)
    assert "tidak berlaku" in press.text
    assert not any(message.file for message in await head.messages())
