"""What people get wrong in a form: one clear sentence each, and nothing is lost, for the question stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.person import SandboxUser
from bot.sandbox.screen import ScreenMessage
from tests.stories import papers, play
from tests.stories.letters import words_of
from tests.stories.play import Tap
from tests.stories.town import Town

READING_SECONDS = 5.0  # what is sent right after a piece of a long text may be its next piece


@pytest.fixture
async def head(office: Town) -> AsyncIterator[SandboxUser]:
    """The head of an OPD, whose form is put away after each story."""
    head = office["kepala_opd"]
    await play.start_request(head)
    yield head
    await head.send_command("batal")
    await head.wait_for(lambda message: "dihentikan" in message.text or "Tidak ada isian" in message.text)


async def _refused(head: SandboxUser, *words: str) -> ScreenMessage:
    """Wait for the question that stands, with a warning that holds these words."""
    return await head.wait_for(
        lambda message: play.asks("")(message) and "⚠️" in message.text and all(word in message.text for word in words)
    )


async def _up_to(head: SandboxUser, question: str) -> None:
    """Answer all questions before this one."""
    for asked, given in play.request("e-coba"):
        if asked == question:
            await head.wait_for(play.asks(question))
            return
        await play.answer(head, asked, given)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (papers.a_big_pdf(21), "surat.pdf", "Berkas berukuran 21 MB, sedangkan batasnya 20 MB."),
        (papers.a_program(), "surat.pdf", "Berkas ini sebuah program, bukan surat."),
        (papers.a_pdf("Terkunci", password="rahasia"), "surat.pdf", "PDF ini terkunci."),
        (papers.a_pdf("Rusak")[:200], "surat.pdf", "PDF ini rusak atau tidak lengkap."),
        (b"PK\x03\x04" + b"\x00" * 100, "surat.docx", "Simpan surat sebagai PDF"),
    ],
    ids=["21 MB", "a program", "locked", "broken", "word processor"],
)
async def test_a_letter_that_is_none(head: SandboxUser, content: bytes, name: str, sentence: str) -> None:
    await play.answer(head, "disampaikan", Tap("Unggah surat"))
    await head.wait_for(play.asks("PDF atau foto"))
    await head.send_document(content, name)
    await _refused(head, sentence)
    await head.send_document(papers.a_pdf("Surat"), "surat permohonan.pdf")
    await head.wait_for(play.asks("nomor surat"))


async def test_a_text_where_a_letter_is_wanted_and_a_letter_where_a_text_is(head: SandboxUser) -> None:
    await play.answer(head, "disampaikan", Tap("Unggah surat"))
    await play.answer(head, "PDF atau foto", "Suratnya menyusul, ya.")
    await _refused(head, "dijawab dengan berkas PDF atau foto")
    await head.send_document(papers.a_pdf("Surat"), "surat.pdf")
    await head.wait_for(play.asks("nomor surat"))
    await head.send_document(papers.a_pdf("Lagi"), "lagi.pdf")
    await _refused(head, "dijawab dengan tulisan atau tombol")


async def test_subdomains_that_cannot_be(office: Town) -> None:
    head = office["kepala_opd"]
    await play.ask(head, "e-dipesan")
    await play.start_request(head)
    await _up_to(head, "subdomain")
    for wrong, sentence in (
        ("-a", "tidak boleh diawali atau diakhiri tanda hubung"),
        ("a..b", "tanpa titik"),
        ("WWW", "www dicadangkan"),
        ("a" * 64, "paling panjang 63 karakter, jawaban Anda 64"),
        ("e_arsip", "Karakter _ tidak dapat dipakai"),
        ("arsíp", "Huruf í tidak dapat dipakai"),
        ("архив", "tidak dapat dipakai"),
        ("xn--arsp-7pa", "tidak boleh sama-sama tanda hubung"),
        ("e-dipesan", "sedang diminta pada permohonan lain"),
    ):
        await head.send_text(wrong)
        refused = await _refused(head, sentence)
        assert "Contoh: e-arsip" in refused.text
    await head.send_text("e-bebas")
    await head.wait_for(play.asks("jenis aplikasi"))
    await head.send_command("batal")
    await head.wait_for("dihentikan")


async def test_numbers_dates_and_people_that_cannot_be(head: SandboxUser) -> None:
    await _up_to(head, "surat permohonan dibuat")
    for wrong, sentence in (
        ("31-02-2026", "Tanggal 31-02-2026 tidak ada pada kalender"),
        ("kemarin dulu", "Tanggal tidak dikenali"),
        ("24 November 2036", "belum tiba"),
    ):
        await head.send_text(wrong)
        await _refused(head, sentence)
    await head.send_text("24-11-2026")
    for asked, given in play.request("e-nip")[3:]:
        if asked == "tim teknis":
            break
        await play.answer(head, asked, given)
    await head.wait_for(play.asks("tim teknis"))
    for wrong, sentence in (
        ("Siti Rahma; 19900101201501200; 0812 3456 7890", "NIP terdiri atas 18 angka, yang Anda tulis 17"),
        ("Siti Rahma; 199013012015012001; 0812 3456 7890", "tanggal lahir yang benar"),
        ("Siti Rahma; 199001012015012001; 12", "Nomor telepon tidak dikenali"),
        ("Siti Rahma", "belum lengkap: tuliskan nama; NIP; telepon"),
    ):
        await head.send_text(wrong)
        await _refused(head, sentence)
    await head.send_text("Siti Rahma; 199001012015012001; 0812 5000 9003")
    await head.wait_for(play.asks("bertanggung jawab"))


async def test_a_text_of_ten_thousand_characters(head: SandboxUser) -> None:
    await _up_to(head, "kegunaan aplikasi")
    await head.send_text("panjang " * 1250)  # a client sends this in three pieces
    await _refused(head, "Jawaban terlalu panjang: paling banyak 1.000 karakter")
    await asyncio.sleep(READING_SECONDS)
    await head.send_text("Mengelola arsip surat dinas bagi seluruh pegawai.")
    await head.wait_for(play.asks("subdomain"))


HOSTILE = [
    "<b>tebal</b> & <a href='https://judi.test'>slot</a>",
    '#import "/etc/passwd" $x^2$ *tebal* _miring_ @rujukan // komentar',
    "{{ 7 * 7 }} {% raw %} ${HOME} `id` $(id) '; DROP TABLE cases; --",
    "Aplikasi 🚀 untuk 👩🏽‍🏫 guru & 🇮🇩",
]


@pytest.mark.parametrize("text", HOSTILE, ids=["HTML", "Typst", "templates, shell, SQL", "emoji"])
async def test_any_text_stands_on_card_and_letter_as_it_was_typed(office: Town, text: str) -> None:
    head = office["kepala_opd"]
    name = f"e-teks{HOSTILE.index(text)}"
    case = await play.ask(head, name, subject=f"Permohonan {text}"[:200], purpose=f"Kegunaan: {text}")
    shown = await office["bagian_umum"].wait_for(play.card(case), since=0)
    assert f"Permohonan {text}" in shown.text
    await office.until("SELECT count(*) FROM letters WHERE paper_id IS NULL", 0)
    await play.on_card(office["bagian_umum"], case, "Lihat permohonan")
    await office["bagian_umum"].wait_for(f"Kegunaan: {text}")
    letter = await office["bagian_umum"].wait_for_file()
    words = await words_of(office["bagian_umum"], letter)
    plain = "".join(char for char in text if char.isascii())
    assert _letters_only(plain) in _letters_only(words)


async def test_marks_that_hide_or_turn_text_are_refused(head: SandboxUser) -> None:
    await _up_to(head, "perihal")
    await head.send_text("Permohonan \u202eelif.exe hosting")
    await _refused(head, "tanda yang tidak terlihat")
    await head.send_text("Permohonan hosting\u200b aplikasi")
    await _refused(head, "tanda yang tidak terlihat")


def _letters_only(text: str) -> str:
    """Drop what a PDF's text may lose or turn: blanks and the shape of quotes."""
    return "".join(char for char in text if char.isalnum())
