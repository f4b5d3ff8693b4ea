"""Letters as people send them: PDF, photos, and what is no letter."""

from __future__ import annotations

import pytest

from bot.sandbox.client import SandboxUser
from tests.unit.conversation.town import Town
from tests.unit.uploads import samples
from workflows.people import members
from workflows.store import drafts


async def asked_for_the_letter(town: Town) -> SandboxUser:
    head = town["kepala_opd"]
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.press("Unggah surat")
    await head.wait_for("PDF atau foto")
    return head


async def test_a_pdf_is_taken(town: Town) -> None:
    head = await asked_for_the_letter(town)
    await head.send_document(samples.pdf(samples.letter()), "Surat Permohonan.pdf")
    question = await head.wait_for("nomor surat")
    assert question.button("Lewati") is None
    await head.wait_for(lambda message: message.reaction == "👍", from_bot=False)


async def test_photos_of_an_album_become_one_letter(town: Town) -> None:
    head = await asked_for_the_letter(town)
    await head.send_photos([samples.png(60, 90), samples.png(61, 90)])
    await head.wait_for("Berkas diterima: 2")
    await head.wait_for(lambda message: message.file is not None and message.reaction == "👍", from_bot=False)
    await head.press("Lanjut")
    await head.wait_for("nomor surat")


async def test_the_eleventh_photo_is_refused_and_not_kept(town: Town) -> None:
    head = await asked_for_the_letter(town)
    async with town.app.database.write() as work:
        member = await members.whois(work, head.id)
        assert member is not None
        draft = await drafts.of_person(work, member.person.id)
        assert draft is not None
        draft.scratch = {"pages": ["0" * 64] * 10}
    await head.send_photos([samples.png(60, 90)])
    await head.wait_for("Anda mengirim 11 foto")
    assert list(town.app.office.files.folder.rglob("*")) == []


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "surat.pdf", "sebuah program"),
        (samples.locked("rahasia"), "surat.pdf", "terkunci"),
        (b"%PDF-1.7\n" + b"x" * 300, "surat.pdf", "rusak atau tidak lengkap"),
        (b"halo", "surat.txt", "bukan PDF"),
    ],
)
async def test_what_is_no_letter_is_refused_and_the_question_stands(
    town: Town, content: bytes, name: str, reason: str
) -> None:
    head = await asked_for_the_letter(town)
    await head.send_document(content, name)
    answer = await head.wait_for(reason)
    assert "PDF atau foto" in answer.text
    assert not any(message.reaction for message in await head.messages())


async def test_twenty_one_megabytes_are_refused_without_a_download(town: Town) -> None:
    head = await asked_for_the_letter(town)
    await head.send_document(b"%PDF-1.7" + b"0" * (21 * 1024 * 1024), "surat.pdf")
    await head.wait_for("sedangkan batasnya")
    assert await town.sandbox.bot_calls("getFile") == []


async def test_words_are_no_file_and_a_file_is_no_word(town: Town) -> None:
    head = await asked_for_the_letter(town)
    await head.send_text("nanti saya kirim")
    await head.wait_for("dijawab dengan berkas PDF atau foto")
    await head.send_document(samples.pdf(samples.letter()), "surat.pdf")
    await head.wait_for("nomor surat")
    await head.send_document(samples.pdf(samples.letter()), "lagi.pdf")
    await head.wait_for("dijawab dengan tulisan atau tombol")


async def test_bagian_umum_reads_the_letter_that_was_sent(town: Town) -> None:
    head, umum = await asked_for_the_letter(town), town["bagian_umum"]
    letter = samples.pdf(samples.letter())
    await head.send_document(letter, "Surat Permohonan.pdf")
    await head.wait_for("nomor surat")
    await head.send_text("500.12/123/DINKES/XI/2026")
    await head.press("Hari ini")
    for question, answer in (
        ("perihal", "Permohonan hosting e-Arsip"),
        ("nama aplikasi", "e-Arsip"),
        ("kegunaan", "Mengelola arsip surat dinas."),
        ("(subdomain)", "e-arsip"),
    ):
        await head.wait_for(question)
        await head.send_text(answer)
    await head.press("Statis (HTML)")
    await head.press("Tidak")
    await head.press("Kecil: 1 GB, basis data 512 MB")
    await head.wait_for("Tim Teknis")
    await head.send_text("Budi Santoso; 198001012005011002; 0812 3450 0002")
    await head.press("Saya memahami dan bertanggung jawab")
    await head.press("Kirim permohonan")
    await umum.press("Lihat permohonan")
    await umum.wait_for("Mengelola arsip surat dinas.")
    received = await umum.wait_for_file()
    assert await umum.download(received) == letter
