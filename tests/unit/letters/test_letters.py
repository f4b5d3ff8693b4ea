"""Each letter as its reader gets it: the facts on its pages, in archival form."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re

import pypdf
import pytest

from provisioning.spec import Kind
from tests.unit.engine.office import hosting
from tests.unit.letters import samples
from workflows.correspondence.compose import making_days
from workflows.correspondence.issue import hal_of
from workflows.engine.description import WORKING_DAY
from workflows.letters.form import Letter, OfficeLetterhead
from workflows.letters.laporan_hosting import Check
from workflows.letters.render import freeze, render, render_frozen
from workflows.store import tables as stored

LETTERS = list(samples.LETTERS.values())
IDS = list(samples.LETTERS)


def pages(letter: Letter) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render(letter)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def text(letter: Letter) -> str:
    return " ".join(pages(letter))


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_every_letter_is_an_archival_pdf_on_a4_without_scripts(letter: Letter) -> None:
    pdf = render(letter)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    xmp = reader.xmp_metadata
    assert xmp is not None
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("2", "A")
    assert reader.metadata is not None
    assert reader.metadata.title
    assert all(page.mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1) for page in reader.pages)
    assert b"/JavaScript" not in pdf


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_the_same_letter_is_the_same_file_to_the_byte(letter: Letter) -> None:
    assert render(letter) == render(dataclasses.replace(letter))


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_letterhead_and_signatory_are_written_as_officials_write_them(letter: Letter) -> None:
    page = text(letter)
    assert "PEMERINTAH KOTA TARAKAN" in page
    assert letter.office.name.upper() in page
    assert letter.signer.name in page
    assert letter.signer.rank in page
    assert re.search(r"NIP \d{8} \d{6} \d \d{3}", page)


@pytest.mark.parametrize(("name", "count"), [("permohonan", 1), ("disposisi", 1), ("disposisi-kosong", 1)])
def test_what_is_one_sheet_of_paper_stays_one(name: str, count: int) -> None:
    assert len(pages(samples.LETTERS[name])) == count


def test_passwords_stand_on_the_page_for_the_envelope_and_not_on_the_one_outside_it() -> None:
    outside, inside = pages(samples.KREDENSIAL)
    assert samples.PASSWORD.reveal() not in outside
    assert inside.count(samples.PASSWORD.reveal()) == 2
    assert "Tanda terima amplop bersegel" in outside
    assert samples.PASSWORD.reveal() not in repr(samples.KREDENSIAL)


def test_answers_fit_one_page_and_the_notice_has_one_attachment() -> None:
    assert len(pages(samples.PERSETUJUAN)) == len(pages(samples.PENOLAKAN)) == 1
    letter, attachment = pages(samples.PEMBERITAHUAN)
    assert "Lampiran : 1 (satu) berkas" in letter
    assert "Lampiran Surat Pemberitahuan" in attachment


def test_an_acting_official_signs_as_one_and_a_deputy_on_behalf_of_the_head() -> None:
    assert "Plt. Kepala Dinas Pendidikan," in text(samples.PERMOHONAN)
    notice = text(samples.PEMBERITAHUAN)
    assert "a.n. Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian," in notice
    assert "Kepala Bidang Aplikasi Informatika," in notice


def test_the_request_says_what_is_asked_for_and_who_will_look_after_it() -> None:
    page = text(samples.PERMOHONAN)
    for fact in ("PPDB Online", "ppdb.tarakankota.go.id", "Aplikasi PHP (versi 8.2)", "Diperlukan (MariaDB)"):
        assert fact in page
    assert "Budi Santoso, S.Kom." in page
    assert "19900115 201503 1 002" in page
    assert "bertanggung jawab atas keamanannya" in page


def test_the_sheet_before_disposition_is_filled_by_bagian_umum_only() -> None:
    page = text(samples.DISPOSISI_KOSONG)
    for fact in ("1024", samples.REQUEST.number, "23 November 2026", "Permohonan Hosting Aplikasi PPDB Online"):
        assert fact in page
    assert page.count("✓") == 1  # the letter's sifat
    assert "24 November 2026" not in page


def test_the_sheet_after_disposition_shows_ticks_note_and_date() -> None:
    page = text(samples.DISPOSISI)
    assert page.count("✓") == 1 + 1 + 2
    assert "Mohon dikaji ketersediaan server dan bandwidth. Laporkan hasilnya hari ini." in page
    assert "Tarakan, 24 November 2026" in page


def test_instructions_on_an_unsigned_sheet_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="before disposition"):
        dataclasses.replace(samples.DISPOSISI, disposed_on=None)


def test_an_approval_promises_the_days_that_the_sop_gives_and_none_where_it_gives_none() -> None:
    sop = hosting()
    slower = tuple(dataclasses.replace(step, deadline=5 * WORKING_DAY) for step in sop.steps)
    assert (making_days(sop), making_days(dataclasses.replace(sop, steps=slower))) == (2, 5)
    assert making_days(dataclasses.replace(sop, steps=sop.steps[:1])) is None
    assert samples.PERSETUJUAN.grant is not None
    grant = dataclasses.replace(samples.PERSETUJUAN.grant, working_days=None)
    page = text(dataclasses.replace(samples.PERSETUJUAN, grant=grant))
    assert "oleh Bidang Aplikasi Informatika. Data dan konfigurasi" in page


def test_an_approval_grants_and_a_refusal_numbers_its_reasons() -> None:
    approval, refusal = text(samples.PERSETUJUAN), text(samples.PENOLAKAN)
    assert "Menindaklanjuti surat Saudara Nomor 400.3/812/DISDIK/XI/2026 tanggal 20 November 2026" in approval
    assert "dapat disetujui" in approval
    assert "paling lama 2 hari kerja" in approval
    assert "Tembusan: 1. Wali Kota Tarakan (sebagai laporan) 2. Sekretaris Daerah" in approval
    assert "belum dapat disetujui" in refusal
    assert "1. Kapasitas ruang server" in refusal
    assert "2. Surat keputusan pembentukan Tim Teknis" in refusal
    assert "Demikian disampaikan. Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih." in refusal


def test_a_letter_that_came_without_a_number_is_referred_to_by_its_date() -> None:
    unnumbered = dataclasses.replace(samples.REQUEST, number="-")
    assert "surat Saudara tanggal 20 November 2026 hal Permohonan Hosting" in text(
        dataclasses.replace(samples.PENOLAKAN, request=unnumbered)
    )
    for report in (samples.LAPORAN_HOSTING, samples.LAPORAN_PELAKSANAAN):
        page = text(dataclasses.replace(report, request=unnumbered))
        assert "urat Dinas Pendidikan Kota Tarakan tanggal 20 November 2026 hal Permohonan Hosting" in page


def test_an_answer_neither_grants_and_refuses_nor_does_neither() -> None:
    with pytest.raises(ValueError, match="either grants, or refuses"):
        dataclasses.replace(samples.PERSETUJUAN, grant=None)
    with pytest.raises(ValueError, match="either grants, or refuses"):
        dataclasses.replace(samples.PERSETUJUAN, reasons=("Kuota habis.",))


@pytest.mark.parametrize("letter", [samples.PEMBERITAHUAN, samples.LAPORAN_HOSTING, samples.LAPORAN_PELAKSANAAN])
def test_the_configuration_is_told_whole(letter: Letter) -> None:
    page = text(letter)
    facts = (
        *("https://ppdb.tarakankota.go.id", "https://daftar.tarakankota.go.id", "web-01", "103.20.188.14"),
        *("web-01.tarakankota.go.id", "h_ppdb", "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDIbuSZ6vYqJ1Qq3aA"),
        *("200.000", "2 GB", "256 MB", "20 Mbps", "1 Maret 2027", "localhost : 3306"),
    )
    assert [fact for fact in facts if fact not in page] == []


def test_a_static_hosting_without_database_speaks_of_neither_php_nor_sql_limits() -> None:
    plain = dataclasses.replace(
        samples.CONFIGURATION, kind=Kind.STATIC, php_version=None, database=None, addresses=("a.example.go.id",)
    )
    page = text(dataclasses.replace(samples.PEMBERITAHUAN, configuration=plain))
    assert "Situs statis (HTML)" in page
    assert "Tidak digunakan" in page
    for absent in ("Proses PHP", "Koneksi basis data", "Alamat tambahan"):
        assert absent not in page


def test_the_acceptance_report_tells_a_failed_check_plainly() -> None:
    checks = (*samples.LAPORAN_HOSTING.checks, Check(name="Sertifikat sah", passed=False, detail="Belum terbit"))
    page = text(dataclasses.replace(samples.LAPORAN_HOSTING, checks=checks))
    assert "Dari 7 butir pemeriksaan, 1 butir belum berhasil" in page
    assert "Sertifikat sah Belum berhasil Belum terbit" in page
    assert "Seluruh pemeriksaan (6 butir) berhasil." in text(samples.LAPORAN_HOSTING)


def test_the_report_to_the_head_sets_each_step_against_its_standard() -> None:
    page = text(samples.LAPORAN_PELAKSANAAN)
    assert "08.12–08.21 WITA 9 menit (lewat) 5 menit" in page
    assert "9 dari 10 kegiatan telah dilaksanakan. Kegiatan nomor 4 melampaui waktu baku" in page
    assert "Pembuatan server diulang satu kali" in page


def test_time_spent_is_told_in_the_working_days_of_the_standard_beside_it() -> None:
    spent = {2: dt.timedelta(hours=20), 3: dt.timedelta(seconds=20)}
    steps = [dataclasses.replace(step, spent=spent.get(step.number, step.spent)) for step in samples.STEPS]
    page = text(dataclasses.replace(samples.LAPORAN_PELAKSANAAN, steps=tuple(steps)))
    assert "2 hari 5 jam 3 menit" in page
    assert "kurang dari 1 menit 2 menit" in page


def test_a_report_follows_the_sop_by_its_number_and_a_draft_of_one_by_its_name() -> None:
    assert "Standar Operasional Prosedur Nomor 067/28/SOP/DKISP/2022" in text(samples.LAPORAN_PELAKSANAAN)
    draft = dataclasses.replace(samples.LAPORAN_PELAKSANAAN, sop="Rancangan/Sub-Domain/SOP/DKISP", service="Sub Domain")
    assert "mengacu pada rancangan Standar Operasional Prosedur Sub Domain." in text(draft)
    assert "Rancangan/" not in text(draft)


def test_both_letters_of_a_hosting_say_the_same_of_its_passwords() -> None:
    on_telegram = (samples.PEMBERITAHUAN, samples.LAPORAN_HOSTING)
    assert ["amplop bersegel" in text(letter) for letter in on_telegram] == [False, False]
    on_paper = [dataclasses.replace(letter, in_envelope=True) for letter in on_telegram]
    assert ["dalam amplop bersegel" in text(letter) for letter in on_paper] == [True, True]
    assert "Tampilkan kredensial" not in text(on_paper[1])


def test_a_signed_letter_says_on_each_page_how_to_check_it() -> None:
    for page in pages(samples.PEMBERITAHUAN):
        assert "Dokumen ini dapat diperiksa keasliannya" in page
        assert "7KQ2M-XW9PD" in page
        assert "https://t.me/layanan_hosting_bot?start=surat-7KQ2MXW9PD" in page


def test_a_draft_says_so_has_no_number_and_cannot_be_sealed() -> None:
    draft = dataclasses.replace(samples.PERSETUJUAN, draft=True, seal=None, number="")
    page = text(draft)
    assert "KONSEP" in page
    assert "47/DKISP" not in page
    assert "keasliannya" not in page
    with pytest.raises(ValueError, match="no seal"):
        dataclasses.replace(draft, seal=samples.SEAL)


def test_address_lines_that_are_not_known_are_left_out() -> None:
    page = text(dataclasses.replace(samples.PERSETUJUAN, office=OfficeLetterhead()))
    for label in ("Telepon", "Kode Pos", "Pos-el", "Laman"):
        assert label not in page


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_a_letter_kept_as_data_at_signing_renders_to_the_same_file_later(letter: Letter) -> None:
    kept = json.loads(json.dumps(freeze(letter)))
    assert render_frozen(kept) == render(letter)


ADDED = ("hal", "submitted_at", "in_envelope")  # what letters of the first months were kept without


@pytest.mark.parametrize(
    ("letter", "hal"),
    [
        (samples.PERMOHONAN, "Permohonan Hosting Aplikasi PPDB Online"),
        (samples.PERSETUJUAN, "Persetujuan Permohonan Hosting"),
        (samples.PENOLAKAN, "Jawaban atas Permohonan Hosting"),
        (samples.PEMBERITAHUAN, "Pemberitahuan Data dan Konfigurasi Hosting"),
        (samples.LAPORAN_HOSTING, "Laporan Data dan Penggunaan Hosting PPDB Online"),
        (samples.LAPORAN_PELAKSANAAN, "Laporan Pelaksanaan Pembuatan dan Penggunaan Hosting"),
    ],
)
def test_what_a_letter_is_about_is_what_stands_on_its_paper(letter: Letter, hal: str) -> None:
    kept = freeze(letter)
    assert hal_of(stored.Letter(data=kept)) == hal
    assert hal.lower() in text(letter).lower()
    old = {**kept, "data": {name: value for name, value in kept["data"].items() if name not in ADDED}}
    assert hal_of(stored.Letter(data=old)) in hal
    page = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_frozen(old))).pages)
    assert hal.lower() in re.sub(r"\s+", " ", page).lower()


def test_a_letter_that_an_opd_sends_by_button_says_so_where_a_hand_would_stand() -> None:
    sent = dataclasses.replace(samples.PERMOHONAN, submitted_at=samples.at(9, 15, day=20))
    assert "melalui Layanan DKISP tanggal 20 November 2026 pukul 09.15 WITA Dra. Siti Aminah" in text(sent)
    assert "secara elektronik" not in text(samples.PERMOHONAN)


def test_the_report_of_use_names_limits_forecast_and_the_month_before() -> None:
    page = text(samples.LAPORAN_PENGGUNAAN)
    assert "BULAN NOVEMBER 2026" in page
    assert "Ruang berkas 1,7 GB 2 GB 84% 14 Desember 2026" in page
    assert "Permintaan halaman dan berkas 12.345 9.888" in page
    assert "Ubah paket" in page
    assert "2. baru.tarakankota.go.id Pada bulan ini hosting belum diukur." in page
