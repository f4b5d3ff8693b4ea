"""The guides for the roles as PDF: all of what is written in them, with its pictures."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from bot.cli import app
from workflows.letters import guide


def text(name: str) -> str:
    return (guide.FOLDER / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", guide.titles())
def test_a_guide_is_printed_with_its_pictures_and_what_all_share(role: str) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(guide.render_guide(role, dt.date(2026, 11, 26))))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    headings = re.findall(r"^## (.+)$", text(role) + text(guide.SHARED), re.MULTILINE)
    assert [heading for heading in headings if heading not in printed] == []
    assert sum(len(page.images) for page in pdf.pages) == text(role).count("](pictures/")
    assert pdf.metadata is not None
    assert pdf.metadata.title == guide.titles()[role]
    assert "**" not in printed


def test_what_would_not_be_printed_is_refused_with_its_line() -> None:
    with pytest.raises(guide.GuideError, match="line 3: fence"):
        guide.blocks("# Panduan\n\n```\nbaris\n```\n")


def test_the_command_prints_all_guides(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["guides", "--to", str(tmp_path / "panduan")])
    assert done.exit_code == 0, done.output
    written = sorted((tmp_path / "panduan").iterdir())
    assert [path.name for path in written] == sorted(
        f"{title.replace(' ', '-')}.pdf" for title in guide.titles().values()
    )
    assert all(path.read_bytes().startswith(b"%PDF") for path in written)
