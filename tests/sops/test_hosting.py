"""hosting.toml against the SOP's own table and the buttons that the office was promised."""

from __future__ import annotations

import pytest

from bot.bootstrap import load_sops
from provisioning.spec import PHP_VERSION, Limits
from tests.unit.engine.office import hosting

TABLE = [
    (1, "Surat permohonan hosting dari OPD", {"kepala_opd"}, "2 menit"),
    (2, "Scanning surat, mengagendakan surat, melengkapi lembar disposisi", {"bagian_umum"}, "3 menit"),
    (3, "Disposisi Kepala DKISP ke Bidang Aplikasi Informatika", {"kepala_dkisp"}, "2 menit"),
    (
        4,
        "Kabid Aplikasi Informatika melakukan pengkajian bersama Sub Koordinator",
        {"kabid", "sub_koordinator"},
        "5 menit",
    ),
    (5, "Permintaan hosting disetujui/dapat dilaksanakan atau tidak", {"kepala_dkisp"}, "30 menit"),
    (6, "Pembuatan dan konfigurasi server", set(), "2 hari"),
    (7, "Surat pemberitahuan data dan konfigurasi hosting", {"kabid"}, "25 menit"),
    (8, "Mengirim data dan laporan penggunaan hosting", set(), "2 menit"),
    (9, "Melaporkan pelaksanaan pembuatan dan penggunaan hosting", set(), "15 menit"),
    (10, "Pekerjaan selesai", {"kepala_dkisp"}, "2 menit"),
]

BUTTONS = {
    "permohonan": {"Kirim permohonan", "Tarik permohonan"},
    "agenda": {"Agendakan", "Teruskan ke Kepala", "Kembalikan ke OPD"},
    "disposisi": {"Disposisikan", "Kembalikan"},
    "pengkajian": {
        "Data server",
        "Minta pendapat",
        "Pilih server",
        "Rekomendasikan disetujui",
        "Rekomendasikan ditolak",
        "Minta kelengkapan",
        "Setuju",
        "Setuju dengan catatan",
        "Tidak setuju",
    },
    "keputusan": {"Setujui", "Tolak", "Kembalikan", "Ajukan ulang"},
    "pembuatan": {"Coba lagi", "Lihat log", "Ambil alih", "Batalkan pekerjaan"},
    "pemberitahuan": {"Pratinjau", "Terbitkan dan kirim"},
    "pengiriman": {"Tampilkan kredensial", "Sudah saya terima"},
    "selesai": {"Nyatakan selesai"},
}


def test_the_description_is_fit_to_run() -> None:
    assert load_sops()["hosting", hosting().version] == hosting()


def test_the_steps_are_the_sops_own() -> None:
    found = [(step.number, step.title, set(step.actors), step.norm_text) for step in hosting().steps]
    assert found == TABLE


def test_it_names_the_sop_it_is() -> None:
    assert hosting().number == "067/28/SOP/DKISP/2022"


@pytest.mark.parametrize(("step", "labels"), BUTTONS.items())
def test_each_step_has_the_buttons_promised(step: str, labels: set[str]) -> None:
    assert labels <= {action.label for action in hosting().step(step).actions}


def test_the_request_begins_and_is_sent_with_the_words_promised() -> None:
    assert hosting().opening.label == "Ajukan hosting"
    letter = hosting().form("permohonan").field("cara_surat")
    assert "Buatkan surat" in {choice.label for choice in letter.choices}
    disposition = hosting().action("disposisikan")
    assert disposition is not None
    assert disposition.submit == "Kirim disposisi"


def test_packages_are_limits_that_a_server_understands() -> None:
    sizes = [Limits(**package.limits) for package in hosting().packages]
    assert [size.disk_mb for size in sizes] == sorted(size.disk_mb for size in sizes)
    assert len(sizes) == 3


def test_php_versions_offered_are_ones_a_server_may_be_asked_for() -> None:
    offered = hosting().form("permohonan").field("versi_php").choices
    assert all(PHP_VERSION.fullmatch(choice.value) for choice in offered)


def test_the_survey_asks_the_nine_questions_with_four_marks_each() -> None:
    fields = hosting().form("ikm").fields
    assert [field.id for field in fields] == [f"u{n}" for n in range(1, 10)]
    assert all([choice.value for choice in field.choices] == ["1", "2", "3", "4"] for field in fields)


def test_what_cannot_be_undone_asks_once_more() -> None:
    for action_id in ("setujui", "tolak", "tarik", "batalkan_pekerjaan", "terbitkan"):
        action = hosting().action(action_id)
        assert action is not None
        assert action.confirm is not None
        assert action.confirm.yes.startswith("Ya, ")
        assert action.confirm.no == "Tidak"
