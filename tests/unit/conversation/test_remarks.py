"""What is said about a case: the OPD's question and its answer, and notes that the OPD never sees."""

from __future__ import annotations

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town

NOTE = "Server web 1 akan dipelihara pekan depan."


async def test_a_question_is_answered_in_the_case(town: Town) -> None:
    head, umum = town["kepala_opd"], town["bagian_umum"]
    await walk.ask(town)
    await head.press("Tanya")
    await head.wait_for("Apa yang ingin Anda tanyakan")
    await head.send_text("Apakah <b>surat</b> sudah diterima?")
    await head.press("Kirim pertanyaan")
    asked = await umum.wait_for("Apakah <b>surat</b> sudah diterima?", since=0)
    assert "dr. Siti Rahma (Kepala OPD)" in asked.text
    await umum.press("Buka permohonan")
    await umum.wait_for("Ada pertanyaan OPD yang belum dijawab")
    await umum.press("Jawab")
    await umum.wait_for("Apa jawaban Anda")
    await umum.send_text("Sudah, sedang diagendakan.")
    await umum.press("Kirim jawaban")
    await head.wait_for("Sudah, sedang diagendakan.", since=0)
    card = await umum.wait_for("Langkah 2 dari 10")
    assert "belum dijawab" not in card.text
    assert card.button("Jawab") is None
    await head.press("Lihat permohonan")
    thread = await head.wait_for("Percakapan (terbaru di atas)", since=0)
    assert thread.text.index("Sudah, sedang diagendakan.") < thread.text.index("sudah diterima?")


async def test_the_kabid_sets_the_quorum_in_chat(town: Town) -> None:
    kabid = town["kabid"]
    await kabid.send_command("menu")
    await kabid.press("Kuorum pendapat")
    await kabid.wait_for("Sekarang: Tanpa kuorum")
    await kabid.press("Paling sedikit 1")
    await kabid.wait_for("Sekarang: Paling sedikit 1")
    umum = town["bagian_umum"]
    await umum.send_command("menu")
    menu = await umum.wait_for("Layanan DKISP")
    assert menu.button("Kuorum pendapat") is None
    assert "bukan wewenang Anda" in (await umum.press_data("d1:quorum:0", menu)).text


async def test_a_note_goes_to_who_must_act_and_never_to_the_opd(town: Town) -> None:
    head, umum, kabid = town["kepala_opd"], town["bagian_umum"], town["kabid"]
    await walk.ask(town)
    await kabid.send_command("permohonan")
    await kabid.press("HST-2026-0001")
    await kabid.press("Catatan internal")
    await kabid.wait_for("Hanya DKISP yang membacanya")
    await kabid.send_text(NOTE)
    await kabid.press("Simpan catatan")
    await umum.wait_for(NOTE, since=0)
    assert "Catatan internal: 1" in (await kabid.wait_for("Langkah 2 dari 10")).text
    menu = await head.wait_for("Langkah 2 dari 10", since=0)
    assert menu.button("Catatan internal") is None
    assert "bukan wewenang Anda" in (await head.press_data("c1:1:catatan_internal:2", menu)).text
    await head.press("Lihat permohonan")
    await head.wait_for("Permohonan hosting", since=0)
    assert not any("catatan" in message.text.lower() or NOTE in message.text for message in await head.messages())
