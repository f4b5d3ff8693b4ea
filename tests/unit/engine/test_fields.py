"""What people type: what is kept of it, and what they are told when it cannot be."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from tests.unit.engine.office import SITI, TODAY, hosting
from workflows.engine.description import Field, FieldType
from workflows.engine.fields import Fault, FieldError, missing_fields, parse, parse_nip, parse_phone, relevant_answers
from workflows.engine.questions import Choice, FieldLimits

FORM = hosting().form("permohonan")
YEAR = Field(id="n", type=FieldType.NUMBER, ask="", label="", limits=FieldLimits(minimum=1, maximum=5000))
SERVER = Field(id="s", type=FieldType.SERVER, ask="", label="")


def answer(field: str | Field, raw: Any, **more: Any) -> Any:
    return parse(FORM.field(field) if isinstance(field, str) else field, raw, today=TODAY, **more)


def fault(field: str | Field, raw: Any) -> Fault:
    with pytest.raises(FieldError) as wrong:
        answer(field, raw)
    sentence(wrong.value)
    return wrong.value.code


def sentence(error: FieldError) -> str:
    """Return what the person reads; every parameter the sentence wants is there."""
    return texts.plain(f"isian.{error.code}", **error.params)


def test_a_text_of_a_pattern_is_told_by_its_example() -> None:
    time = Field(
        id="t",
        type=FieldType.TEXT,
        ask="",
        label="",
        example="02.30",
        limits=FieldLimits(pattern=r"[0-2][0-9]\.[0-5][0-9]"),
    )
    assert answer(time, " 02.30 ") == "02.30"
    assert fault(time, "2:30") is Fault.PATTERN
    assert fault(time, "02.300") is Fault.PATTERN


def test_every_fault_has_one_sentence_and_no_sentence_is_idle() -> None:
    known = texts.keys()
    assert {key for key in known if key.startswith("isian.")} == {f"isian.{fault}" for fault in Fault}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("-a", Fault.LABEL_HYPHEN),
        ("a-", Fault.LABEL_HYPHEN),
        ("a..b", Fault.LABEL_DOT),
        ("e-arsip.tarakankota.go.id", Fault.LABEL_DOT),
        ("WWW", Fault.LABEL_RESERVED),
        ("webmail", Fault.LABEL_RESERVED),
        ("a" * 64, Fault.LABEL_LONG),
        ("arsíp", Fault.LABEL_UNICODE),
        ("аrsip", Fault.LABEL_UNICODE),  # the first letter is Cyrillic
        ("\u202egro", Fault.LABEL_UNICODE),
        ("xn--arsp-1na", Fault.LABEL_PUNYCODE),
        ("e arsip", Fault.LABEL_CHARACTER),
        ("e_arsip", Fault.LABEL_CHARACTER),
        ("a\x00b", Fault.LABEL_CHARACTER),
        ("  ", Fault.EMPTY),
    ],
)
def test_subdomains_that_nobody_gets(raw: str, code: Fault) -> None:
    assert fault("subdomain", raw) == code


@pytest.mark.parametrize(("raw", "kept"), [("e-Arsip ", "e-arsip"), ("112", "112"), ("a" * 63, "a" * 63), ("x", "x")])
def test_subdomains_that_are_kept(raw: str, kept: str) -> None:
    assert answer("subdomain", raw) == kept


@given(raw=st.text(max_size=80))
def test_whatever_is_typed_only_a_host_name_label_comes_out(raw: str) -> None:
    try:
        label = answer("subdomain", raw)
    except FieldError as error:
        sentence(error)
        return
    assert 1 <= len(label) <= 63
    assert set(label) <= set(string.ascii_lowercase + string.digits + "-")
    assert label.strip("-") == label


@pytest.mark.parametrize(
    "raw",
    ["24 November 2026", "24-11-2026", "24/11/2026", "24.11.2026", "24 nov 2026", "2026-11-24", "24 Nopember 2026"],
)
def test_dates_as_an_office_writes_them(raw: str) -> None:
    assert answer("tanggal_surat", raw) == "2026-11-24"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("31-02-2026", Fault.DATE_IMPOSSIBLE),
        ("29/02/2026", Fault.DATE_IMPOSSIBLE),
        ("24-13-2026", Fault.DATE_IMPOSSIBLE),
        ("24 Novembre 2026", Fault.DATE_FORM),
        ("kemarin lusa", Fault.DATE_FORM),
        ("24-11-26", Fault.DATE_FORM),
        ("24-11-0026", Fault.DATE_YEAR),
        ("٢٤-١١-٢٠٢٦", Fault.DATE_FORM),
        ("25 November 2026", Fault.DATE_FUTURE),
    ],
)
def test_dates_that_cannot_be(raw: str, code: Fault) -> None:
    assert fault("tanggal_surat", raw) == code


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("17 August 2026", "2026-08-17"),
        ("1 may 2026", "2026-05-01"),
        ("3 Oct 2026", "2026-10-03"),
        ("today", "2026-11-24"),
    ],
)
def test_dates_as_a_reader_of_english_writes_them(raw: str, kept: str) -> None:
    assert answer("tanggal_surat", raw) == kept


@pytest.mark.parametrize(("raw", "kept"), [("kemarin", "2026-11-23"), ("Besok", "2026-11-25"), ("lusa", "2026-11-26")])
def test_days_around_today_have_names(raw: str, kept: str) -> None:
    assert answer(Field(id="d", type=FieldType.DATE, ask="", label=""), raw) == kept


def test_a_date_that_is_to_come_may_be_today_and_not_before() -> None:
    beginning = Field(id="d", type=FieldType.DATE, ask="", label="", limits=FieldLimits(future_only=True))
    assert answer(beginning, "hari ini") == "2026-11-24"
    assert fault(beginning, "23 November 2026") == Fault.DATE_PAST


def test_a_wrong_date_is_told_with_the_date_and_an_example() -> None:
    with pytest.raises(FieldError) as wrong:
        answer("tanggal_surat", "31-02-2026")
    assert sentence(wrong.value) == "Tanggal 31-02-2026 tidak ada pada kalender. Contoh: 24 November 2026."


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("19900101201501200", Fault.NIP_LENGTH),
        ("1990010120150120011", Fault.NIP_LENGTH),
        ("19900101201501200A", Fault.NIP_DIGITS),
        ("199013012015012001", Fault.NIP_BIRTH),
        ("199002302015012001", Fault.NIP_BIRTH),
        ("209001012015012001", Fault.NIP_BIRTH),
        ("199001012015132001", Fault.NIP_APPOINTMENT),
        ("199001011995012001", Fault.NIP_APPOINTMENT),
        ("199001012027012001", Fault.NIP_APPOINTMENT),
        ("199001012015013001", Fault.NIP_SEX),
    ],
)
def test_numbers_that_are_no_nip(raw: str, code: Fault) -> None:
    with pytest.raises(FieldError) as wrong:
        parse_nip(raw, today=TODAY)
    assert wrong.value.code == code
    assert "199001012015012001" in sentence(wrong.value)


@pytest.mark.parametrize("raw", ["199001012015012001", "19900101 201501 2 001", "199001012022212001"])
def test_a_nip_with_spaces_and_one_of_a_contract_are_kept(raw: str) -> None:
    assert parse_nip(raw, today=TODAY) == raw.replace(" ", "")


@pytest.mark.parametrize("raw", ["0812 3456 7890", "+62 812-3456-7890", "6281234567890"])
def test_one_phone_written_three_ways_is_one_phone(raw: str) -> None:
    assert parse_phone(raw) == "+6281234567890"


@pytest.mark.parametrize(
    ("raw", "code"),
    [("12", Fault.PHONE_FORM), ("telepon", Fault.PHONE_FORM), ("+1 202 555 0123", Fault.PHONE_FOREIGN)],
)
def test_numbers_nobody_here_answers(raw: str, code: Fault) -> None:
    with pytest.raises(FieldError) as wrong:
        parse_phone(raw)
    assert wrong.value.code == code


def test_people_are_written_a_line_each() -> None:
    raw = "Siti Rahma; 199001012015012001; 0812 3456 7890\n\nBudi; 198502022010011002; 0813 1111 2222\n"
    assert answer("tim_teknis", raw) == [
        SITI,
        {"name": "Budi", "nip": "198502022010011002", "phone": "+6281311112222"},
    ]
    assert answer("tim_teknis", [SITI]) == [SITI]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Siti Rahma", Fault.PERSON_FORM),
        ("Siti; 19900101201501200; 081234567890", Fault.NIP_LENGTH),
        ("Siti; 199001012015012001; 1", Fault.PHONE_FORM),
        ("Siti; 199001012015012001; 081234567890\n" * 2, Fault.PERSON_TWICE),
        ("Siti; 199001012015012001; 081234567890\n" * 11, Fault.PEOPLE_MANY),
        ([], Fault.EMPTY),
    ],
)
def test_people_that_cannot_be_kept(raw: Any, code: Fault) -> None:
    assert fault("tim_teknis", raw) == code


@pytest.mark.parametrize(
    "raw", ["<b>e-Arsip</b> & co", '#import "x"; $a$ *b*', "Arsip 🗄️ 👩‍💻", "'; DROP TABLE cases; --", "Ünï"]
)
def test_markup_and_emoji_are_data(raw: str) -> None:
    assert answer("aplikasi", raw) == raw


def test_what_comes_along_unseen_when_pasting_is_dropped() -> None:
    assert answer("aplikasi", "\ufeffe-\u200bArsip  baru\n") == "e-Arsip baru"
    assert answer("tujuan", "Baris satu  \r\nBaris dua ") == "Baris satu\nBaris dua"


@pytest.mark.parametrize("mark", ["\u202e", "\u200f", "\u2066", "\x00", "\x1b", "\ud800", "\ue000"])
def test_marks_that_turn_or_break_a_text_are_refused(mark: str) -> None:
    assert fault("aplikasi", f"e-Arsip{mark}pisra") == Fault.HIDDEN_CHARACTER


def test_ten_thousand_characters_are_refused_with_the_limit() -> None:
    with pytest.raises(FieldError) as wrong:
        answer("tujuan", "a" * 10_000)
    assert sentence(wrong.value) == "Jawaban terlalu panjang: paling banyak 1.000 karakter, jawaban Anda 10.000."
    assert fault("tujuan", "a") == Fault.TOO_SHORT


def test_choices_are_pressed_or_typed() -> None:
    assert answer("jenis", "php") == answer("jenis", "PHP") == "php"
    assert fault("jenis", "java") == Fault.NO_SUCH_CHOICE
    assert answer("paket", "kecil") == "kecil"
    assert answer("basis_data", "Ya") is True
    assert answer("basis_data", "tidak") is False
    assert fault("basis_data", "mungkin") == Fault.NO_SUCH_CHOICE
    assert answer("pernyataan", "setuju") is True
    assert fault("pernyataan", "nanti") == Fault.NOT_AGREED


OPDS = Field(
    id="opd",
    type=FieldType.OPD,
    ask="",
    label="",
    choices=tuple(
        Choice(value=str(number), label=name)
        for number, name in enumerate(
            (
                "Badan Kesatuan Bangsa dan Politik",
                "Dinas Kesehatan",
                "Dinas Lingkungan Hidup",
                "Dinas Pendidikan",
                "Dinas Perhubungan",
                "Dinas Sosial",
                "Inspektorat",
                "Kecamatan Tarakan Barat",
                "Kecamatan Tarakan Timur",
            ),
            start=101,
        )
    ),
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("kesehatan", "102"), ("dinas pend", "104"), ("Tarakan timur", "109"), ("dinas sosial", "106"), ("INSP", "107")],
)
def test_enough_of_a_long_list_is_typed(raw: str, value: str) -> None:
    assert answer(OPDS, raw) == value


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("kes", "Beberapa pilihan cocok dengan jawaban Anda: Badan Kesatuan Bangsa dan Politik, Dinas Kesehatan."),
        ("kecamatan", "Beberapa pilihan cocok dengan jawaban Anda: Kecamatan Tarakan Barat, Kecamatan Tarakan Timur."),
        ("Dinas Pertanian", "Jawaban tidak ada pada pilihan. Ketuk salah satu tombol, atau tuliskan sebagian namanya."),
        ("di", "Jawaban tidak ada pada pilihan. Ketuk salah satu tombol, atau tuliskan sebagian namanya."),
        ("101102", "Jawaban tidak ada pada pilihan. Ketuk salah satu tombol, atau tuliskan sebagian namanya."),
    ],
)
def test_too_little_of_a_long_list_is_answered_in_one_short_sentence(raw: str, told: str) -> None:
    with pytest.raises(FieldError) as wrong:
        answer(OPDS, raw)
    assert sentence(wrong.value).startswith(told)


def test_several_are_picked_once_each_in_the_lists_order() -> None:
    field = hosting().form("disposisi").field("instruksi")
    assert answer(field, ["koordinasi", "tanggapan", "koordinasi"]) == ["tanggapan", "koordinasi"]
    assert answer(field, "Proses lebih lanjut, Tanggapan dan saran") == ["tanggapan", "proses"]
    assert fault(field, []) == Fault.TOO_FEW
    assert fault(field, ["terbang"]) == Fault.NO_SUCH_CHOICE


def test_reasons_are_picked_or_written() -> None:
    field = hosting().form("penolakan").field("alasan")
    assert answer(field, ["kapasitas", "Aplikasi belum diuji."]) == [
        "Kapasitas server tidak mencukupi",
        "Aplikasi belum diuji.",
    ]
    assert answer(field, "Belum diuji, mohon dilengkapi.") == ["Belum diuji, mohon dilengkapi."]
    assert fault(field, "x") == Fault.TOO_SHORT


def test_a_server_is_one_of_the_living_list() -> None:
    servers = (Choice(value="web-1", label="web-1 (20 GB bebas)"),)
    assert answer(SERVER, "web-1", choices=servers) == "web-1"
    assert fault(SERVER, "web-1") == Fault.NO_SUCH_CHOICE


def test_numbers_have_indonesian_separators() -> None:
    assert answer(YEAR, "1.500") == 1500
    assert fault(YEAR, "1,5") == Fault.NUMBER_FORM
    assert fault(YEAR, "6000") == Fault.NUMBER_RANGE


def test_a_document_is_sent_not_told() -> None:
    letter = {"sha256": "0" * 64, "name": "surat.pdf", "media_type": "application/pdf", "size": 1000}
    assert answer("surat", letter) == letter
    assert fault("surat", "surat.pdf") == Fault.DOCUMENT_NEEDED
    assert fault("surat", {**letter, "size": 21_000_000}) == Fault.DOCUMENT_SIZE
    assert fault("surat", {**letter, "media_type": "application/x-dosexec"}) == Fault.DOCUMENT_TYPE


def test_only_what_applies_is_asked_and_kept() -> None:
    written = {"cara_surat": "buatkan", "jenis": "static", "versi_php": "8.4", "basis_data": False}
    asked = {field.id for field in FORM.asked(written)}
    assert not {"surat", "versi_php"} & asked
    assert relevant_answers(FORM, written) == {"cara_surat": "buatkan", "jenis": "static", "basis_data": False}
    missing = {field.id for field in missing_fields(FORM, written)}
    assert "nomor_surat" not in missing
    assert {"tanggal_surat", "subdomain", "pernyataan"} <= missing
    uploaded = {field.id for field in missing_fields(FORM, {"cara_surat": "unggah", "jenis": "php"})}
    assert {"nomor_surat", "surat", "versi_php"} <= uploaded
    assert "basis_data" not in missing


def test_each_example_shown_is_itself_a_right_answer() -> None:
    for form in hosting().forms:
        for field in form.fields:
            if field.example and field.type is not FieldType.DOCUMENT:
                parse(field, field.example, today=TODAY)
