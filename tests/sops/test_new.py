"""`layanan sop new` writes a description that is fit to run, whatever is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.bootstrap import load_one
from bot.cli import app


def write(file: Path, *typed: str) -> str:
    done = CliRunner().invoke(app, ["sop", "new", str(file)], input="".join(f"{line}\n" for line in typed))
    return done.output


def test_what_it_writes_can_be_run(tmp_path: Path) -> None:
    file = tmp_path / "adu.toml"
    said = write(file, 'Layanan "Aduan" \\ Jaringan', "aduan", "", "kepala_opd", "kabid")
    assert "adu.toml sudah ditulis" in said
    sop = load_one(file)
    assert (sop.title, sop.code, sop.case_prefix) == ('Layanan "Aduan" \\ Jaringan', "aduan", "ADN")
    assert [step.actors for step in sop.steps] == [("kepala_opd",), ("kabid",)]


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        (0, "Tulis nama layanan dengan 3 sampai 80 huruf."),
        (1, "“hosting” sudah dipakai SOP lain."),
        (2, "“HST” sudah dipakai SOP lain."),
        (3, "Tulis salah satu dari: kepala_opd, tim_teknis."),
    ],
)
def test_what_cannot_be_used_is_asked_again(tmp_path: Path, wrong: int, answer: str) -> None:
    typed = ["Layanan Aduan", "aduan", "ADU", "kepala_opd", "kabid"]
    typed.insert(wrong, ["ya", "hosting", "HST", "kabid"][wrong])
    said = write(tmp_path / "adu.toml", *typed)
    assert answer in said
    assert load_one(tmp_path / "adu.toml").code == "aduan"


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "adu.toml"
    file.write_text("milik saya", encoding="utf-8")
    assert "sudah ada dan tidak diubah" in write(file)
    assert file.read_text(encoding="utf-8") == "milik saya"
