"""A request goes back: to the OPD, to Bagian Umum, to the division; or the OPD owes an answer, or takes it back."""

from __future__ import annotations

from tests.stories import play
from tests.stories.papers import a_pdf
from tests.stories.play import Tick
from tests.stories.town import Town


async def test_the_opd_mends_what_bagian_umum_returned(office: Town) -> None:
    head, clerk = office["kepala_opd"], office["bagian_umum"]
    case = await play.ask(head, "e-aset", subject="Permohonan hosting")
    await play.on_card(clerk, case, "Kembalikan ke OPD")
    reasons = Tick(("Data isian berbeda dengan surat",))
    await play.fill(clerk, [("alasan pengembalian", reasons)], send="Kirim pengembalian")
    returned = await head.wait_for(play.card(case, "Menunggu kelengkapan dari OPD"), since=0)
    assert "Data isian berbeda dengan surat" in returned.text
    await play.on_card(head, case, "Ubah permohonan")
    summary = await head.wait_for(lambda message: play.SUMMARY in message.text)
    await head.press("Ubah", message=summary)
    await head.press("Perihal")
    await play.answer(head, "perihal", "Permohonan hosting aplikasi e-Aset")
    mended = await head.wait_for(lambda message: play.SUMMARY in message.text and "e-Aset" in message.text)
    await head.press("Simpan perubahan", message=mended)
    await head.wait_for(play.card(case, "Permohonan hosting aplikasi e-Aset"))
    await play.on_card(head, case, "Kirim permohonan")
    await clerk.wait_for(play.card(case, "Langkah 2 dari 10", "Permohonan hosting aplikasi e-Aset"), since=0)
    await play.register(clerk, case)
    await office["kepala_dkisp"].wait_for(play.card(case, "Langkah 3 dari 10"), since=0)


async def test_the_kepala_returns_the_sheet_and_the_agenda_number_stays(office: Town) -> None:
    clerk, kepala = office["bagian_umum"], office["kepala_dkisp"]
    case = await play.ask(office["kepala_opd"], "e-pajak")
    await play.register(clerk, case)
    await play.on_card(kepala, case, "Kembalikan")
    await play.fill(kepala, [("alasan pengembalian", "Klasifikasi surat perlu diperbaiki.")], send="Kirim pengembalian")
    back = await clerk.wait_for(play.card(case, "Langkah 2 dari 10", "Klasifikasi surat perlu diperbaiki."), since=0)
    number = next(line for line in back.text.splitlines() if line.startswith("Nomor agenda"))
    await play.on_card(clerk, case, "Agendakan")
    summary = await clerk.wait_for(lambda message: play.SUMMARY in message.text)
    await clerk.press("Ubah", message=summary)
    await clerk.press("Klasifikasi")
    await play.answer(clerk, "klasifikasi", "500.12.4")
    await clerk.press("Simpan agenda")
    await clerk.wait_for(play.card(case, "500.12.4"))
    await play.on_card(clerk, case, "Teruskan ke Kepala")
    again = await kepala.wait_for(play.card(case, "Langkah 3 dari 10"), since=0)
    assert number in again.text
    entries = office.rows(
        "SELECT count(*) FROM register_entries r JOIN cases c ON c.id = r.case_id "
        "WHERE r.register = 'surat_masuk' AND c.number = ?",
        case,
    )
    assert entries == [(1,)]


async def test_the_clock_stops_while_the_opd_owes_an_answer(office: Town) -> None:
    head, kabid = office["kepala_opd"], office["kabid"]
    case = await play.ask(head, "e-retribusi")
    await play.register(office["bagian_umum"], case)
    await play.dispose(office["kepala_dkisp"], case)
    await play.on_card(kabid, case, "Minta kelengkapan")
    wanted = "Perkiraan jumlah pengguna dan ukuran basis data."
    await play.fill(kabid, [("kelengkapan apa", wanted)], send="Kirim permintaan")
    owed = await head.wait_for(play.card(case, "Menunggu kelengkapan dari OPD", wanted), since=0)
    assert "berhenti selama menunggu OPD" in owed.text
    await play.on_card(head, case, "Kirim kelengkapan")
    await play.answer(head, "keterangan", "Pengguna 200 orang, basis data 300 MB.")
    await head.wait_for(play.asks("berkas pendukung"))
    await head.send_document(a_pdf("Perkiraan beban"), "perkiraan.pdf")
    await head.press("Kirim", message=await head.wait_for(lambda message: play.SUMMARY in message.text))
    given = await kabid.wait_for(play.card(case, "Pengguna 200 orang"), since=0)
    assert "Menunggu kelengkapan" not in given.text
    await play.on_card(kabid, case, "Lihat permohonan")
    await kabid.wait_for(lambda message: message.file is not None and message.file.name == "perkiraan.pdf")


async def test_the_kepala_sends_the_assessment_back(office: Town) -> None:
    kabid, kepala = office["kabid"], office["kepala_dkisp"]
    case = await play.ask(office["kepala_opd"], "e-berita")
    await play.register(office["bagian_umum"], case)
    await play.dispose(kepala, case)
    await play.recommend_refusal(kabid, case, "Belum ada server.")
    await play.on_card(kepala, case, "Kembalikan")
    await play.fill(kepala, [("alasan pengembalian", "Mohon dikaji sekali lagi.")], send="Kirim pengembalian")
    back = await kabid.wait_for(play.card(case, "Langkah 4 dari 10", "Mohon dikaji sekali lagi."), since=0)
    assert "Rekomendasi Kabid" not in back.text
    await play.recommend_refusal(kabid, case, "Tetap belum ada server.")
    await kepala.wait_for(play.card(case, "Langkah 5 dari 10", "Tetap belum ada server."), since=0)


async def test_the_head_takes_the_request_back(office: Town) -> None:
    head, clerk = office["kepala_opd"], office["bagian_umum"]
    case = await play.ask(head, "e-tamu")
    waiting = await clerk.wait_for(play.card(case, "Langkah 2 dari 10"), since=0)
    await play.surely(head, case, "Tarik permohonan", "Tidak")
    await head.wait_for(play.card(case, "Langkah 2 dari 10"))
    await play.surely(head, case, "Tarik permohonan", "Ya, tarik")
    await head.wait_for(play.card(case, "Permohonan ditarik"))
    now = await clerk.wait_for(play.card(case, "Permohonan ditarik"), since=0)
    button = play.labelled(waiting, "Agendakan")  # the message itself may be gone by now
    assert button is not None
    late = await clerk.press_data(button, now)
    assert "ditarik oleh Dra. Ratna Wulandari" in late.text
    assert office.steps_taken(case)[-1] == "case.tarik"
