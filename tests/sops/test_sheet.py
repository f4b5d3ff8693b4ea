"""An SOP printed as its official sheet: the words of the document in force, and the flowchart that its steps make."""

from __future__ import annotations

import dataclasses
import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from typer.testing import CliRunner

from bot.bootstrap import load_sops
from bot.cli import app
from tests.unit.engine.office import hosting
from workflows.engine.description import Sop
from workflows.engine.sheet import Sheet
from workflows.letters.sop_sheet import Shape, render_sheet, sheet_data

OFFICIAL: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "official" / "067-28-layanan-hosting.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return pages_of(hosting())


def pages_of(sop: Sop) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render_sheet(sop)))
    return [_compact(page.extract_text()) for page in reader.pages]


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _official(text: str) -> str:
    for slip, mended in OFFICIAL["mended"].items():
        text = text.replace(slip, mended)
    return _compact(text)


@pytest.mark.parametrize(("name", "value"), OFFICIAL["identity"].items())
def test_the_identity_block_is_the_documents_own(pages: list[str], name: str, value: str) -> None:
    assert _official(f"{name}:{value}") in pages[0]


@pytest.mark.parametrize("text", OFFICIAL["head"].values())
def test_institution_and_approval_are_the_documents_own(pages: list[str], text: str) -> None:
    assert _official(text) in pages[0]


@pytest.mark.parametrize(("name", "items"), OFFICIAL["lists"].items())
def test_every_list_of_the_identity_block_is_the_documents_own(pages: list[str], name: str, items: list[str]) -> None:
    start = pages[0].index(_compact(name))
    for item in items:
        start = pages[0].index(_official(item.rstrip(".;")), start)


def test_the_table_has_the_documents_columns(pages: list[str]) -> None:
    head = ("No.", "Kegiatan", "Pelaksana", "Mutu Baku", "Keterangan", *OFFICIAL["table"]["columns"])
    for title in (*head, "Kelengkapan", "Waktu", "Output"):
        assert _compact(title) in pages[1], title


def test_the_table_has_the_documents_rows_in_its_order(pages: list[str]) -> None:
    start = 0
    for number, cells in enumerate(OFFICIAL["table"]["rows"], start=1):
        start = pages[1].index(_official(f"{number}." + "".join(cells)), start)


def test_identity_and_table_are_a_page_each(pages: list[str]) -> None:
    assert len(pages) == 2


def test_each_step_is_drawn_in_the_column_of_who_does_it() -> None:
    columns = OFFICIAL["table"]["columns"]
    drawn = [(columns[row["at"][0]], row["shape"]) for row in sheet_data(hosting())["rows"]]
    division = ("Bidang Aplikasi", Shape.PROCESS)
    assert drawn == [
        ("OPD", Shape.TERMINATOR),
        ("Bagian Umum", Shape.PROCESS),
        ("Kepala DKISP", Shape.PROCESS),
        division,
        ("Kepala DKISP", Shape.DECISION),
        division,
        division,
        division,
        division,
        ("Kepala DKISP", Shape.TERMINATOR),
    ]


def test_the_decision_has_both_its_ways(pages: list[str]) -> None:
    assert [row["refused_at"] for row in sheet_data(hosting())["rows"] if row["refused_at"] is not None] == [0]
    for word in ("Ya", "Tidak", "Ditolak"):
        assert _compact(word) in pages[1]


def test_a_table_longer_than_a_page_goes_on_by_a_lettered_connector() -> None:
    sop = hosting()
    steps = [dataclasses.replace(step, number=step.number + 10 * time) for time in (0, 1) for step in sop.steps]
    reader = pypdf.PdfReader(io.BytesIO(render_sheet(dataclasses.replace(sop, steps=tuple(steps)))))
    _, *pages = [page.extract_text() for page in reader.pages]
    for step in steps:
        row = rf"(?<!\d){step.number}\.{re.escape(_compact(step.title))}"
        assert sum(re.search(row, _compact(page)) is not None for page in pages) == 1
    assert all("Bidang Aplikasi" in page for page in pages)  # the head stands on each page
    lettered = [[line.strip() for line in page.splitlines() if re.fullmatch(r"\s*[A-Z]\s*", line)] for page in pages]
    assert lettered == [["A"], ["A", "B"], ["B"]]


def test_an_sop_without_a_sheet_is_printed_with_a_column_for_each_who_acts() -> None:
    bare = dataclasses.replace(hosting(), sheet=Sheet())
    assert sheet_data(bare)["columns"] == [
        "Kepala OPD", "Bagian Umum", "Kepala DKISP", "Kepala Bidang Aplikasi Informatika", "Sub Koordinator",
        "Engineer Bidang Aplikasi Informatika",
    ]  # fmt: skip
    assert len(pages_of(bare)) == 2


@pytest.mark.parametrize("sop", load_sops().values(), ids=lambda sop: f"{sop.code}-{sop.version}")
def test_every_sop_prints_the_same_archival_sheet_each_time(sop: Sop) -> None:
    pdf = render_sheet(sop)
    assert pdf == render_sheet(sop)
    xmp = pypdf.PdfReader(io.BytesIO(pdf)).xmp_metadata
    assert xmp is not None
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("2", "A")


def test_the_command_writes_the_sheet_by_code_and_by_file(tmp_path: Path) -> None:
    by_code, by_file = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for which, to in (("hosting", by_code), (hosting().source, by_file)):
        done = CliRunner().invoke(app, ["sop", "print", which, "--to", str(to)])
        assert done.exit_code == 0, done.output
    assert by_code.read_bytes() == by_file.read_bytes() == render_sheet(hosting())


def test_an_unknown_code_is_answered_with_those_there_are(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sop", "print", "hostng", "--to", str(tmp_path / "x.pdf")])
    assert done.exit_code == 1
    assert "hosting" in done.output
