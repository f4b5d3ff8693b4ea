"""Whole cases of the hosting SOP, told as people live them."""

from __future__ import annotations

import pytest

from tests.unit.engine.office import (
    CHIEF,
    CLERK,
    ENGINEER,
    HEAD,
    KABID,
    SUB,
    TEAM,
    RefusedError,
    at_assessment,
    at_building,
    at_decision,
    begun,
    hosting,
    person,
    walked_to,
)
from workflows.engine.advance import NotDeclaredError, on_event
from workflows.engine.description import Status
from workflows.engine.permit import Reason

DONE = "Permohonan {case} telah dinyatakan selesai."
SURVEY = "Mohon isi survei kepuasan (sembilan pertanyaan singkat): ketuk Isi survei pada kartu permohonan."


def test_a_letter_goes_through_all_ten_steps_to_a_closed_case() -> None:
    story = at_decision()
    story.press(CHIEF, "Setujui")
    story.hear("hosting_ready")
    story.press(KABID, "Terbitkan dan kirim")
    story.hear("delivered")
    story.press(HEAD, "Sudah saya terima")
    story.hear("reported")
    story.press(CHIEF, "Nyatakan selesai")
    assert story.stands() == ("selesai", Status.CLOSED)
    assert story.effects == [
        "write_request_letter surat_permohonan",
        "send_letter surat_permohonan kepala_opd",
        "allot_agenda",
        "ask_opinions sub_koordinator",
        "note_disposition disposisi kepala_dkisp",
        "issue_letter lembar_disposisi",
        "reserve_capacity",
        "issue_letter surat_balasan",
        "send_letter surat_balasan kepala_opd",
        "want_hosting",
        "issue_letter surat_pemberitahuan",
        "issue_letter laporan_hosting",
        "send_letter surat_pemberitahuan kepala_opd",
        "send_letter surat_pemberitahuan tim_teknis",
        "send_letter laporan_hosting kepala_opd",
        "send_letter laporan_hosting tim_teknis",
        "invite_team tim_teknis kepala_opd",
        "issue_letter laporan_pelaksanaan",
        "send_letter laporan_pelaksanaan kepala_dkisp",
        f"tell kepala_opd {DONE} {SURVEY} Hosting dikelola melalui /hosting.",
        f"tell tim_teknis {DONE} Hosting dapat Anda kelola melalui /hosting.",
    ]


def test_refusal_gives_the_capacity_back_and_offers_the_old_answers_again() -> None:
    story = at_decision()
    decision = story.press(CHIEF, "Tolak", {"alasan": ["Aplikasi belum diuji."]})
    assert story.stands() == ("keputusan", Status.REFUSED)
    assert decision.step_finished
    assert story.effects[-3:] == [
        "release_capacity",
        "issue_letter surat_balasan_tolak",
        "send_letter surat_balasan_tolak kepala_opd",
    ]
    assert story.case.facts["penolakan"] == {"alasan": ["Aplikasi belum diuji."]}
    assert story.labels(HEAD) == {"Lihat permohonan", "Ajukan ulang", "Tanya"}
    assert story.labels(CHIEF) == {"Lihat permohonan"}


def test_a_returned_letter_waits_for_the_opd_and_comes_back_to_the_agenda() -> None:
    story = begun()
    story.press(HEAD, "Kirim permohonan")
    decision = story.press(CLERK, "Kembalikan ke OPD", {"alasan": ["Berkas surat tidak terbaca"]})
    assert story.stands() == ("permohonan", Status.WAITING_OPD)
    assert "kepala_opd" in decision.notify
    assert story.labels(HEAD) == {
        "Kirim permohonan",
        "Ubah permohonan",
        "Lihat permohonan",
        "Tarik permohonan",
        "Tanya",
    }
    story.press(TEAM, "Ubah permohonan", {"aplikasi": "e-Arsip 2"})
    assert story.stands() == ("permohonan", Status.WAITING_OPD)
    assert "Kirim permohonan" not in story.labels(TEAM)
    story.press(HEAD, "Kirim permohonan")
    assert story.stands() == ("agenda", Status.OPEN)
    assert story.case.facts["permohonan"] == {"aplikasi": "e-Arsip 2"}


def test_a_letter_without_agenda_number_does_not_reach_the_chief() -> None:
    story = begun()
    story.press(HEAD, "Kirim permohonan")
    with pytest.raises(RefusedError) as refused:
        story.press_id(CLERK, "teruskan")
    assert (refused.value.denied.reason, refused.value.denied.guard) == (Reason.GUARD, "agendaed")


def test_what_is_missing_is_asked_of_the_opd_while_the_clock_stands() -> None:
    story = at_assessment()
    decision = story.press(KABID, "Minta kelengkapan", {"diminta": "Jumlah pengguna"})
    assert story.stands() == ("pengkajian", Status.WAITING_OPD)
    assert not decision.step_finished
    assert "Rekomendasikan disetujui" not in story.labels(KABID)
    decision = story.press(HEAD, "Kirim kelengkapan", {"keterangan": "200 orang"})
    assert story.stands() == ("pengkajian", Status.OPEN)


def test_each_sub_coordinators_last_opinion_stands() -> None:
    story, second = at_assessment(), person(16, "sub_koordinator")
    story.press(SUB, "Tidak setuju", {"catatan": "Terlalu besar"})
    story.press(second, "Setuju")
    story.press(SUB, "Setuju dengan catatan", {"catatan": "Paket kecil"})
    opinions = story.case.facts["opinions"]
    assert {who: said["action"] for who, said in opinions.items()} == {"6": "setuju_catatan", "16": "setuju"}
    assert opinions["6"]["answers"] == {"catatan": "Paket kecil"}


def test_approval_is_recommended_only_with_a_server_reserved() -> None:
    story = at_assessment()
    assert "Rekomendasikan disetujui" not in story.labels(KABID)
    story.press(KABID, "Pilih server", {"server": "web-1", "paket": "kecil"})
    assert "Rekomendasikan disetujui" in story.labels(KABID)


def test_the_chief_cannot_approve_what_has_no_server() -> None:
    story = at_assessment()
    story.press(KABID, "Rekomendasikan ditolak", {"alasan": ["Kapasitas server tidak mencukupi"]})
    assert {"Tolak", "Kembalikan"} <= story.labels(CHIEF)
    assert "Setujui" not in story.labels(CHIEF)
    story.press(CHIEF, "Kembalikan", {"alasan": ["Mohon dibandingkan."]})
    assert story.stands() == ("pengkajian", Status.OPEN)
    assert "recommendation" not in story.case.facts


def test_a_failed_job_is_tried_again_and_ends_well() -> None:
    story = at_building()
    assert not {"Coba lagi", "Ambil alih", "Batalkan pekerjaan"} & story.labels(ENGINEER)
    decision = story.hear("hosting_failed")
    assert decision.notify == ("engineer",)
    assert {"Coba lagi", "Lihat log", "Ambil alih", "Batalkan pekerjaan"} <= story.labels(ENGINEER)
    story.press(ENGINEER, "Coba lagi")
    assert "Coba lagi" not in story.labels(ENGINEER)
    story.hear("hosting_ready")
    assert story.stands() == ("pemberitahuan", Status.OPEN)


def test_a_cancelled_job_goes_back_to_assessment_with_nothing_chosen() -> None:
    story = at_building()
    story.hear("hosting_failed")
    story.press(ENGINEER, "Batalkan pekerjaan")
    assert story.stands() == ("pengkajian", Status.OPEN)
    assert "Rekomendasikan disetujui" not in story.labels(KABID)
    with pytest.raises(NotDeclaredError):
        on_event(hosting(), story.case, "hosting_ready")


@pytest.mark.parametrize("step", ["permohonan", "agenda", "disposisi", "pengkajian"])
def test_the_opd_withdraws_before_the_decision(step: str) -> None:
    story = walked_to(step)
    story.press(HEAD, "Tarik permohonan")
    assert story.stands() == (step, Status.WITHDRAWN)
    assert "release_capacity" in story.effects
    assert "Ajukan ulang" in story.labels(HEAD)


@pytest.mark.parametrize("step", ["keputusan", "pembuatan"])
def test_the_opd_withdraws_no_later(step: str) -> None:
    assert "Tarik permohonan" not in walked_to(step).labels(HEAD)


def test_an_undelivered_letter_is_sent_again() -> None:
    story = at_building()
    story.hear("hosting_ready")
    story.press(KABID, "Terbitkan dan kirim")
    assert "Kirim ulang" not in story.labels(KABID)
    story.hear("delivery_failed")
    story.press(KABID, "Kirim ulang")
    assert [effect for effect in story.effects if effect.startswith("send_again")] == [
        "send_again surat_pemberitahuan kepala_opd",
        "send_again surat_pemberitahuan tim_teknis",
        "send_again laporan_hosting kepala_opd",
        "send_again laporan_hosting tim_teknis",
    ]
    story.hear("delivered")
    assert story.stands() == ("pelaporan", Status.OPEN)


def test_credentials_and_receipt_are_for_named_people_once_and_the_survey_for_the_head() -> None:
    story = at_building()
    story.hear("hosting_ready")
    story.press(KABID, "Terbitkan dan kirim")
    stranger = person(21, "tim_teknis", nip="198502022010011002")
    assert {"Tampilkan kredensial", "Sudah saya terima"} <= story.labels(TEAM) & story.labels(HEAD)
    assert not {"Tampilkan kredensial", "Sudah saya terima"} & story.labels(stranger)
    story.press(TEAM, "Sudah saya terima")
    assert "Sudah saya terima" not in story.labels(TEAM)
    assert "Sudah saya terima" in story.labels(HEAD)
    story.hear("delivered")
    story.hear("reported")
    story.press(CHIEF, "Nyatakan selesai")
    assert "Sudah saya terima" in story.labels(HEAD)
    story.press(HEAD, "Isi survei", {"u1": "4"})
    assert "Isi survei" not in story.labels(HEAD)
    assert story.case.facts["survey"]["1"]["answers"] == {"u1": "4"}
