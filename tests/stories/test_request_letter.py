"""The letter of SOP step 1, in each way an OPD may bring it."""

from __future__ import annotations

import io

import pypdf

from bot.sandbox.person import SandboxUser
from tests.stories import papers, play
from tests.stories.letters import words_of
from tests.stories.play import Tap
from tests.stories.town import Town


async def _send_the_rest(head: SandboxUser, subdomain: str) -> str:
    await play.fill(head, play.request(subdomain)[1:], send="Kirim permohonan")
    return (await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None)).text[:13]


async def _letter_as_seen(person: SandboxUser, case: str) -> bytes:
    await play.on_card(person, case, "Lihat permohonan")
    return await person.download(await person.wait_for_file())


async def test_the_letter_that_the_bot_writes_comes_back_to_be_signed(office: Town) -> None:
    head = office["kepala_opd"]
    case = await play.ask(head, "e-tulis", number="500.12/9/DISDIK/XI/2026")
    letter = await head.wait_for(lambda message: message.file is not None and case in message.text, since=0)
    assert letter.text.startswith("Surat Permohonan 500.12/9/DISDIK/XI/2026")
    words = await words_of(head, letter)
    for fact in ("500.12/9/DISDIK/XI/2026", "24 November 2026", "e-Arsip", head.name, "19700412 199503 2 001"):
        assert fact in words
    assert await _letter_as_seen(office["bagian_umum"], case) == await head.download(letter)


async def test_an_uploaded_pdf_arrives_as_it_was_sent(office: Town) -> None:
    head, sent = office["kepala_opd"], papers.a_pdf("Surat bertanda tangan")
    await play.start_request(head)
    await play.answer(head, "disampaikan", Tap("Unggah surat"))
    await head.wait_for(play.asks("PDF atau foto"))
    await head.send_document(sent, "Surat bertanda tangan.pdf")
    case = await _send_the_rest(head, "e-unggah")
    assert await _letter_as_seen(office["bagian_umum"], case) == sent
    mine = [m.file.name for m in await head.messages() if m.from_bot and m.file is not None and case in m.text]
    assert mine == []  # nobody is sent back what they brought


async def test_photos_of_the_pages_become_one_pdf(office: Town) -> None:
    head = office["kepala_opd"]
    await play.start_request(head)
    await play.answer(head, "disampaikan", Tap("Unggah surat"))
    await head.wait_for(play.asks("PDF atau foto"))
    await head.send_photos([papers.a_photo(240), papers.a_photo(200)])
    counted = await head.wait_for("Berkas diterima: 2")
    await head.press("Lanjut", message=counted)
    case = await _send_the_rest(head, "e-foto")
    document = pypdf.PdfReader(io.BytesIO(await _letter_as_seen(office["bagian_umum"], case)))
    assert len(document.pages) == 2
