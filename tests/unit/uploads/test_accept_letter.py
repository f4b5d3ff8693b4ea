"""An OPD sends its letter, in every way that people do: what is kept, and what each refusal says."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zlib
from pathlib import Path

import jinja2
import pypdf
import pytest

from tests.unit.letters.samples import PERMOHONAN
from tests.unit.uploads import samples
from workflows.letters.render import render
from workflows.uploads import (
    AcceptedLetter,
    Refusal,
    UploadRefused,
    accept_letter,
    bounded,
    check_size,
    file_name,
    jpeg,
)

TODAY = dt.date(2026, 11, 24)
MEGABYTE = 1024 * 1024
MESSAGES = Path(__file__).parents[3] / "templates" / "messages" / "unggahan.toml"
SENTENCES = tomllib.loads(MESSAGES.read_text(encoding="utf-8"))


def accept(*files: bytes) -> AcceptedLetter:
    return accept_letter(files, on=TODAY)


def refusal(*files: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as refused:
        accept(*files)
    return refused.value


def said(refused: UploadRefused) -> str:
    template = jinja2.Template(SENTENCES[refused.code], undefined=jinja2.StrictUndefined)
    return str(template.render(refused.params))


def test_a_pdf_is_kept_as_it_was_sent() -> None:
    sent = samples.pdf(samples.letter(pages=3))
    accepted = accept(sent)
    assert accepted.content == sent
    assert (accepted.pages, accepted.photos) == (3, 0)


def test_the_letter_that_the_bot_wrote_comes_back_signed_and_is_taken() -> None:
    assert accept(render(PERMOHONAN)).pages == 1


def test_a_byte_order_mark_before_the_pdf_is_forgiven() -> None:
    assert accept(b"\xef\xbb\xbf\n" + samples.pdf(samples.letter())).pages == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Surat Permohonan.pdf", "Surat Permohonan.pdf"),
        ("surat\u202efdp.exe", "suratfdp.pdf"),
        ("../../etc/passwd", "etcpasswd.pdf"),
        ('a"\r\nContent-Type: text\\html.pdf', "aContent-Type: texthtml.pdf"),
        ("\u200b.pdf", "surat.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_a_files_name_is_words_only(sent: str, shown: str) -> None:
    assert file_name(sent) == shown


def test_photos_become_one_archival_pdf_a_page_each_in_order_and_orientation() -> None:
    accepted = accept(samples.JPEG, samples.png(20, 30), samples.turned(6))
    reader = pypdf.PdfReader(io.BytesIO(accepted.content))
    shapes = ["landscape" if page.mediabox.width > page.mediabox.height else "portrait" for page in reader.pages]
    assert shapes == ["landscape", "portrait", "portrait"]
    assert (accepted.pages, accepted.photos) == (3, 3)
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.pdfaid_part == "2"


def test_the_same_photos_make_the_same_file() -> None:
    assert accept(samples.JPEG).content == accept(samples.JPEG).content


HIDDEN = b"3.3273 LU, 117.5785 BT"


@pytest.mark.parametrize(
    "photo",
    [
        samples.turned(6, HIDDEN),
        samples.with_segment(0xFE, HIDDEN),
        samples.with_segment(0xE2, b"MPF\0" + HIDDEN),
        samples.with_segment(0xED, HIDDEN),
        samples.JPEG + b"PK\x03\x04" + HIDDEN,
        samples.png(9, 9)[:33] + samples.chunk(b"tEXt", b"Comment\0" + HIDDEN) + samples.png(9, 9)[33:],
    ],
    ids=["place", "comment", "second picture", "caption", "file behind it", "PNG"],
)
def test_a_letter_made_of_a_photo_holds_the_picture_and_nothing_about_it(photo: bytes) -> None:
    assert HIDDEN not in accept(photo).content


@pytest.mark.parametrize("quarter", [1, 3, 6, 8])
def test_a_photo_without_what_was_about_it_is_the_same_picture(quarter: int) -> None:
    assert jpeg.bare(samples.turned(quarter, HIDDEN)) == samples.turned(quarter)
    assert jpeg.bare(samples.JPEG + HIDDEN) == samples.JPEG


def test_twenty_one_megabytes_are_refused_before_they_are_downloaded() -> None:
    check_size(20 * MEGABYTE)
    with pytest.raises(UploadRefused) as refused:
        check_size(21 * MEGABYTE)
    assert said(refused.value).startswith("Berkas berukuran 21 MB, sedangkan batasnya 20 MB.")


def test_an_album_is_measured_as_a_whole() -> None:
    assert refusal(samples.JPEG, bytes(20 * MEGABYTE)).code is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Refusal.EMPTY),
        (b"MZ\x90\0 this program cannot be run in DOS mode %PDF-1.7 %%EOF", Refusal.PROGRAM),
        (b"\x7fELF\x02\x01\x01", Refusal.PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", Refusal.PROGRAM),
        (b"PK\x03\x04word/document.xml", Refusal.OFFICE_DOCUMENT),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Refusal.APPLE_PHOTO),
        (b"Dengan hormat, bersama ini", Refusal.UNKNOWN_KIND),
        (b"%PDF-1.7\nbukan pdf\n%%EOF", Refusal.BROKEN_PDF),
        (b"%PDF-1.7\n" + b"\0" * 4096 + b"startxref\n99999\n%%EOF", Refusal.BROKEN_PDF),
    ],
)
def test_what_is_no_letter_is_told_by_its_content(content: bytes, code: Refusal) -> None:
    assert refusal(content).code is code


def test_a_pdf_cut_short_is_broken() -> None:
    whole = render(PERMOHONAN)
    assert refusal(whole[: len(whole) // 2]).code is Refusal.BROKEN_PDF


@pytest.mark.parametrize("password", ["rahasia", ""])
def test_a_locked_pdf_is_refused_also_when_it_opens_without_password(password: str) -> None:
    assert refusal(samples.locked(password)).code is Refusal.ENCRYPTED


@pytest.mark.parametrize(
    "content",
    [
        samples.with_page_action("/JavaScript"),
        samples.with_attachment(),
        samples.with_page_action("/Launch"),
        samples.with_page_action("/SubmitForm"),
    ],
    ids=["script", "attachment", "launch", "submit"],
)
def test_a_pdf_that_acts_is_refused(content: bytes) -> None:
    assert refusal(content).code is Refusal.ACTIVE_CONTENT


LINK = b"<< /S /URI /URI (https://tarakankota.go.id) >>"


def test_a_link_in_a_letter_is_no_action_to_fear() -> None:
    pressed = b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A " + LINK + b" >>]"
    assert accept(samples.written(b"/OpenAction [3 0 R /Fit]", pressed)).pages == 1


@pytest.mark.parametrize(
    "content",
    [
        samples.written(b"/OpenAction " + LINK),
        samples.with_page_action("/URI"),
        samples.written(b"/OpenAction << /S /GoToR /F (\\\\jahat\\\\x.pdf) /D [0 /Fit] >>"),
        samples.written(b"/OpenAction << /S /J#61vaScript /J#53 (x) >>"),
        samples.written(page=b"/AA << /O << /S /Rendition /OP 0 >> >>"),
        samples.written(page=b"/Annots [<< /Subtype /3D /Rect [0 0 9 9] /3DD 4 0 R >>]", o4=samples.stream(b"", b"x")),
        samples.written(page=b"/Contents 4 0 R", o4=samples.stream(b"/F << /FS /URL /F (http://jahat) >>", b"")),
    ],
    ids=["opens an address", "as its page is shown", "another file", "spelled oddly", "plays", "3D", "lies elsewhere"],
)
def test_a_pdf_that_does_something_unasked_is_refused(content: bytes) -> None:
    assert refusal(content).code is Refusal.ACTIVE_CONTENT


@pytest.mark.parametrize(
    "hidden",
    [b"<< /S /Java#53cript >>", samples.stream(b"/Filter /FlateDecode", zlib.compress(b" " * 5000 + b"<</S/Launch>>"))],
    ids=["an object", "a stream"],
)
def test_what_nothing_leads_to_is_looked_at_too(hidden: bytes) -> None:
    """A viewer that mends a broken file may find what a reader of its tables does not."""
    assert refusal(samples.written(o9=hidden)).code is Refusal.ACTIVE_CONTENT


BIG = b"/Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width 60000 /Height 60000"


@pytest.mark.parametrize(
    "content",
    [
        samples.written(
            page=b"/Contents 4 0 R", o4=samples.stream(b"/Filter /FlateDecode", samples.nothing_folded(500))
        ),
        samples.written(o4=samples.stream(b"/Filter /FlateDecode", samples.nothing_folded(500))),
        samples.written(
            page=b"/Contents 4 0 R",
            o4=samples.stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(samples.nothing_folded(200))),
        ),
        samples.written(page=b"/Resources << /XObject << /I 4 0 R >> >>", o4=samples.stream(BIG, b"")),
        samples.written(b"/X " + b"<</A " * 5000 + b"1" + b">>" * 5000),
    ],
    ids=["a page", "nowhere", "twice", "a picture", "values in values"],
)
def test_a_pdf_that_grows_in_the_viewer_is_refused(content: bytes) -> None:
    assert refusal(content).code in {Refusal.TOO_COMPLEX, Refusal.BROKEN_PDF}


def test_pages_none_and_too_many() -> None:
    assert refusal(samples.pdf(pypdf.PdfWriter())).code is Refusal.NO_PAGES
    assert said(refusal(samples.pdf(samples.letter(pages=101)))).startswith("PDF ini berisi 101 halaman")


def test_a_page_tree_without_end_does_not_hold_us() -> None:
    assert refusal(samples.endless_pages()).code in {Refusal.BROKEN_PDF, Refusal.TOO_COMPLEX}


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS_MAX", 0.01)
    assert refusal(samples.pdf(samples.letter())).code is Refusal.TOO_COMPLEX


def test_a_file_that_takes_too_much_memory_ends_the_child_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MEMORY_MAX", 256 * MEGABYTE)
    assert accept(samples.png(60, 60)).pages == 1
    assert refusal(samples.png(7000, 7000, colour=True)).code is Refusal.TOO_COMPLEX


def test_one_letter_is_one_pdf_or_photos_never_both() -> None:
    sent = samples.pdf(samples.letter())
    assert refusal(sent, sent).code is Refusal.SEVERAL_PDFS
    assert refusal(sent, samples.JPEG).code is Refusal.MIXED
    assert refusal(*[samples.JPEG] * 11).code is Refusal.TOO_MANY_PHOTOS
    assert accept(*[samples.JPEG] * 10).pages == 10


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    refused = refusal(samples.JPEG, samples.png(1, 1, claimed=(60_000, 60_000)))
    assert said(refused).startswith("Foto ke-2 berukuran 60.000 × 60.000 piksel")


def test_many_large_photos_are_a_bomb_together() -> None:
    large = samples.png(1, 1, claimed=(7000, 7000))
    assert refusal(*[large] * 4).code is Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "content",
    [
        samples.JPEG[:200],
        samples.JPEG[:-2],
        samples.png(20, 20)[:60],
        samples.png(1, 1, claimed=(0, 5)),
        samples.png(4, 4, claimed=(400, 400)),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ],
)
def test_a_broken_photo_is_refused(content: bytes) -> None:
    assert refusal(content).code is Refusal.BROKEN_PHOTO


def test_each_refusal_has_one_sentence_that_says_what_to_do() -> None:
    assert set(SENTENCES) == {code.value for code in Refusal}
    do = ("kirim", "Kirim", "Potret ulang")
    assert [code for code, sentence in SENTENCES.items() if not any(word in sentence for word in do)] == []
