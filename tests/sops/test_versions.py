"""Versions of an SOP side by side: which is in force, what a new one changes in words, what contradicts itself."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import bootstrap
from bot.cli import app
from workflows.engine.fault import DescriptionError
from workflows.engine.included import PARTS
from workflows.office import Office

FIRST = (bootstrap.SOPS / "konsultasi.toml").read_text(encoding="utf-8")
CHANGES = bootstrap.SOPS / "perubahan.toml"
Changed = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Write the consulting SOP's next version, with some words in place of others."""

    shutil.copytree(bootstrap.SOPS / PARTS, tmp_path / PARTS)

    def write(*words: tuple[str, str], version: int = 2, day: str = "2026-06-01", name: str = "baru.toml") -> Path:
        text = FIRST.replace("version = 1", f"version = {version}")
        text = text.replace("effective_on = 2026-01-02", f"effective_on = {day}")
        for old, new in words:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def diff(path: Path, older: Path = bootstrap.SOPS / "konsultasi.toml") -> list[str]:
    done = CliRunner().invoke(app, ["sop", "diff", str(older), str(path)])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def refused(path: Path) -> str:
    done = CliRunner().invoke(app, ["sop", "check", str(path)])
    assert done.exit_code == 1
    return done.output


def test_a_new_version_is_told_in_words(changed: Changed) -> None:
    told = diff(
        changed(
            ('deadline = "10 hari"', 'deadline = "5 hari"'),
            ('label = "Pokok konsultasi"', 'label = "Pokok"'),
            ('roles = ["kabid", "sub_koordinator"]\nform = "hasil"', 'roles = ["sub_koordinator"]\nform = "hasil"'),
        )
    )
    assert "* Langkah “Pelaksanaan konsultasi bersama OPD”, batas: 10 hari → 5 hari" in told
    assert "* Pertanyaan “Permohonan konsultasi: Pokok”, nama: Pokok konsultasi → Pokok" in told
    assert "* Tombol “Catat hasil”, pelaksana: kabid, sub_koordinator → sub_koordinator" in told
    assert "* SOP “Layanan Konsultasi Aplikasi”, tanggal berlaku: 2 Januari 2026 → 1 Juni 2026" in told
    assert told[-1].startswith("Permohonan yang sudah berjalan tetap memakai versi 1. Sejak 1 Juni 2026")
    assert len(told) == 5


def test_what_is_new_and_what_is_gone_are_told_as_such(changed: Changed) -> None:
    button = re.search(r'\[\[steps\.actions\]\]\nid = "perbaiki_hasil".*?(?=\n\[\[)', FIRST, re.DOTALL)
    assert button is not None
    question = '[[forms.fields]]\nid = "jumlah"\ntype = "number"\nask = "Berapa orang?"\nlabel = "Jumlah"\n\n'
    told = diff(
        changed((button[0], ""), ('[[forms.fields]]\nid = "bahan"', question + '[[forms.fields]]\nid = "bahan"'))
    )
    assert "- Tombol dihapus: Perbaiki hasil" in told
    assert "+ Pertanyaan baru: Jadwal konsultasi: Jumlah" in told


def test_other_buttons_on_the_card_and_another_way_for_paper_are_told(changed: Changed) -> None:
    text = CHANGES.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    for old, new in (
        (
            'label = "Ubah paket", answers = { jenis = "paket" }',
            'label = "Ganti paket", answers = { jenis = "alamat" }',
        ),
        ('    { id = "alamat", label = "Tambah alamat", answers = { jenis = "alamat" } },\n', ""),
        ("entries = [", 'entries = [\n    { id = "lain", label = "Ubah lainnya", answers = {} },'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = changed().with_name("perubahan.toml")
    path.write_text(text, encoding="utf-8")
    told = diff(path, CHANGES)
    assert "+ Tombol pada kartu hosting baru: Ubah lainnya" in told
    assert "- Tombol pada kartu hosting dihapus: Tambah alamat" in told
    assert "* Tombol pada kartu hosting “Ganti paket”, nama: Ubah paket → Ganti paket" in told
    answers = "jawaban yang sudah terisi: jenis = paket → jenis = alamat"
    assert f"* Tombol pada kartu hosting “Ganti paket”, {answers}" in told

    paper = 'label = "Masukkan konsultasi kertas"'
    told = diff(changed((paper, paper.replace("kertas", "dari kertas"))))
    assert any(line.startswith("* Permohonan pada kertas") and "dari kertas" in line for line in told)


def test_who_signs_on_paper_and_what_is_a_decision_are_told(changed: Changed) -> None:
    told = diff(
        changed(
            ('on_paper_by = "kepala_dkisp"\nto = "penjadwalan"', 'decides = true\nto = "penjadwalan"'),
        )
    )
    assert "* Tombol “Catat disposisi kertas”, mencatat tanda tangan basah dari: kepala_dkisp → -" in told
    assert "* Tombol “Catat disposisi kertas”, tidak untuk permohonan OPD sendiri: tidak → ya" in told


def test_the_same_description_differs_in_nothing() -> None:
    assert diff(bootstrap.SOPS / "konsultasi.toml")[0] == "Tidak ada yang berubah."


def test_the_version_of_the_day_is_in_force(changed: Changed) -> None:
    path = changed()
    office = object.__new__(Office)
    object.__setattr__(office, "sops", bootstrap.load_sops(path.parent))
    eve, first_day = dt.date(2026, 5, 31), dt.date(2026, 6, 1)
    in_force = [office.in_force("konsultasi", day) for day in (dt.date(2026, 1, 1), eve, first_day)]
    assert [sop.version if sop else None for sop in in_force] == [None, 1, 2]
    assert [sop.code for sop in office.all_in_force(first_day)] == ["hosting", "konsultasi", "perubahan", "subdomain"]


@pytest.mark.parametrize(
    ("words", "version", "day", "reason"),
    [
        ((), 1, "2026-06-01", "Versi 1 dari “konsultasi” sudah ada pada"),
        ((), 2, "2026-01-02", "“effective_on” harus sesudah versi 1 (2 Januari 2026)."),
        ((('case_prefix = "KSL"', 'case_prefix = "KON"'),), 2, "2026-06-01", '“case_prefix” harus tetap "KSL"'),
        (
            (('code = "konsultasi"', 'code = "nasihat"'),),
            1,
            "2026-06-01",
            '“case_prefix” "KSL" sudah dipakai “konsultasi”',
        ),
    ],
)
def test_files_that_contradict_one_another_are_refused(
    changed: Changed, words: tuple[tuple[str, str], ...], version: int, day: str, reason: str
) -> None:
    path = changed(*words, version=version, day=day)
    with pytest.raises(DescriptionError):
        bootstrap.load_sops(path.parent)
    assert reason in refused(path)
