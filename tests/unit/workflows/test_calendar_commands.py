"""`layanan calendar`: the office's calendar is kept from the command line too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from workflows.secrets.vault import new_key


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "BOT_TOKEN": "123456:" + "a" * 35,
        "ADMIN_TELEGRAM_IDS": "900",
        "SECRET_KEYS": new_key(),
        "ZONE": "tarakankota.go.id",
        "DATA_DIR": str(tmp_path / "data"),
    }.items():
        monkeypatch.setenv(name, value)


def layanan(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["calendar", *arguments])


@pytest.mark.usefixtures("installation")
def test_a_day_and_hours_are_said_shown_and_taken_back() -> None:
    soon = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    assert layanan("free", soon.isoformat(), "--reason", "Pemilihan kepala daerah").exit_code == 0
    assert layanan("ramadan", "2027-02-08", "2027-03-09").exit_code == 0
    shown = layanan("show").output
    assert f"{soon}: free: Pemilihan kepala daerah" in shown
    assert "2027-02-08 to 2027-03-09: Ramadan 2027: Mon-Thu 08.00-12.00, 12.30-15.45; Fri 08.00-11.30" in shown
    assert layanan("undo", soon.isoformat()).exit_code == 0
    assert layanan("undo", "2027-02-08", "--until", "2027-03-09").exit_code == 0
    shown = layanan("show").output
    assert "Pemilihan" not in shown
    assert "Ramadan 2027" not in shown


@pytest.mark.usefixtures("installation")
def test_what_cannot_be_is_told_in_a_sentence() -> None:
    hours = ("--name", "Pagi", "--monday-to-thursday", "pagi", "--friday", "08.00-11.00")
    refused = layanan("hours", "2027-01-04", *hours)
    assert refused.exit_code == 1
    assert 'write "07.30-12.00, 13.00-16.00"' in refused.output
    assert "Nothing was said of that day." in layanan("undo", "2027-01-05").output
    assert "lies before the first" in layanan("ramadan", "2027-03-09", "2027-02-08").output
