"""What people type is printed as they typed it: never as markup, never as a broken letter."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import TypeVar, cast

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.letters import samples
from workflows.letters.form import Letter
from workflows.letters.plain import clean, one_line
from workflows.letters.render import FAMILIAR, render

Part = TypeVar("Part")
OURS = {"nature", "kind", "seal", "php_version", "logo_svg", "acting", "instructions"}  # chosen, not typed

MARKUP = (
    '#panic("x")',
    "#set page(fill: red)",
    "$x^2$ dan *tebal* dan _miring_",
    r"\alpha \\ \u{41}",
    "<label> @rujuk",
    "`kode` ```blok```",
    "[isi] {kode} // bukan komentar /* juga bukan */",
    "= Judul - butir + nomor",
    "<b>HTML</b> &amp; <script>alert(1)</script>",
    "-- --- ... ~ 'q' \"s\"",
)


def with_text(part: Part, text: str) -> Part:
    """Return the letter with `text` in every place where a person's words can stand."""
    if isinstance(part, str):
        return cast("Part", text)
    if isinstance(part, tuple):
        return cast("Part", tuple(with_text(item, text) for item in part))
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    changed = {
        field.name: with_text(getattr(part, field.name), text)
        for field in dataclasses.fields(part)
        if field.name not in OURS
    }
    return dataclasses.replace(part, **changed)


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def refusal(reason: str) -> str:
    return text_of(render(dataclasses.replace(samples.PENOLAKAN, reasons=(reason,))))


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_is_printed_as_typed(markup: str) -> None:
    assert markup in refusal(markup)


@pytest.mark.parametrize("name", [name for name in samples.LETTERS if name != "disposisi-kosong"])
def test_no_field_of_any_letter_reads_markup(name: str) -> None:
    page = text_of(render(with_text(samples.LETTERS[name], "#panic($a$) *b* <c> \\d @e")))
    assert page.count("#panic($a$) *b* <c> \\d @e") >= 10


def test_direction_marks_and_control_characters_vanish_and_words_stay_in_order() -> None:
    page = refusal("awal\u202egnp.exe\u202c \u2067akhir\u2069 \x00\x07\x1b[31mmerah\ufeff")
    assert "awalgnp.exe akhir [31mmerah" in page


def test_emoji_and_letters_without_glyph_become_a_box() -> None:
    page = refusal("Selesai 😀 👨‍👩‍👧 日本 \ue000.")
    assert "Selesai □ □□□ □□ □." in page


def test_hebrew_and_arabic_are_printed() -> None:
    page = refusal("Kata שלום dan مرحبا selesai.")
    assert "שלום" in page
    assert "selesai." in page


TEN_THOUSAND = " ".join(f"kata{place:04}" for place in range(1, 1112))


@pytest.mark.parametrize(
    "letter",
    [
        dataclasses.replace(samples.PERMOHONAN, purpose=TEN_THOUSAND),
        dataclasses.replace(samples.DISPOSISI, note=TEN_THOUSAND),
        dataclasses.replace(samples.PENOLAKAN, reasons=(TEN_THOUSAND,)),
        dataclasses.replace(samples.PERSETUJUAN, copies=(TEN_THOUSAND, "Arsip")),
        dataclasses.replace(samples.LAPORAN_PELAKSANAAN, notes=(TEN_THOUSAND,)),
    ],
    ids=["purpose", "note", "reason", "copy", "remark"],
)
def test_ten_thousand_characters_run_over_pages_and_none_is_lost(letter: Letter) -> None:
    pdf = render(letter)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 1
    assert len(set(re.findall(r"kata\d{4}", text_of(pdf)))) == 1111


def test_a_word_of_ten_thousand_letters_stays_on_the_paper() -> None:
    pdf = render(dataclasses.replace(samples.PENOLAKAN, reasons=("A" * 10_000,)))
    lines = [line for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for line in page.extract_text().splitlines()]
    word = [line for line in lines if re.fullmatch(r"(1\. )?A+\s*", line)]
    assert sum(line.count("A") for line in word) == 10_000
    assert max(len(line) for line in word) < 80


def test_an_address_copied_from_the_page_holds_nothing_invisible() -> None:
    name = "perpustakaan-dan-kearsipan-daerah.layanan-digital.tarakankota.go.id"
    configuration = dataclasses.replace(samples.CONFIGURATION, addresses=(name,))
    page = text_of(render(dataclasses.replace(samples.PEMBERITAHUAN, configuration=configuration)))
    assert name in page.replace(" ", "")
    assert not re.search("[\u200b-\u200f\u2060\ufeff]", page)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_no_text_at_all_can_stop_a_letter(text: str) -> None:
    assert render(dataclasses.replace(samples.PENOLAKAN, reasons=("Alasan: " + text,))).startswith(b"%PDF-1.7")


def test_the_serif_draws_every_familiar_character() -> None:
    letters = "".join(char for code in range(0x20, FAMILIAR) if (char := chr(code)) == clean(char))
    page = refusal(" ".join(letters))
    assert [char for char in letters if char not in page] == []


@given(st.text(max_size=200))
def test_clean_text_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\n\n\n" not in cleaned
    assert "\n" not in one_line(text)
    assert cleaned.encode() is not None  # no lone surrogate


def test_line_ends_of_any_system_are_line_ends() -> None:
    assert clean("a\r\nb\rc\u2028d\n\n\n\ne\t f") == "a\nb\nc\nd\n\ne  f"


def test_stacked_marks_are_cut_to_two() -> None:
    assert clean("Z" + "\u0338" * 30) == "Z" + "\u0338" * 2


def test_line_ends_count_in_paragraphs_and_nowhere_else() -> None:
    forged = dataclasses.replace(samples.REQUEST, subject="Hosting\n\nDemikian disetujui")
    pdf = render(dataclasses.replace(samples.PENOLAKAN, request=forged, reasons=("Alasan satu.\nLanjutannya.",)))
    lines = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()
    assert "hal Hosting Demikian disetujui, berdasarkan" in " ".join(lines)
    assert [line.strip() for line in lines if "Lanjutannya" in line] == ["Lanjutannya."]
