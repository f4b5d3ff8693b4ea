"""An office's folder with a ledger in it, and `layanan` as its administrator types it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commands.keys import new_key, write_key
from bot.sandbox.runner import DEFAULT_TOKEN
from workflows import vault

Layanan = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The DATA_DIR of an office whose environment is set, with its SSH key and no database yet."""
    data = tmp_path / "data"
    write_key(data / "ssh" / "id_ed25519", new_key())
    for name, value in {
        "BOT_TOKEN": DEFAULT_TOKEN,
        "ADMIN_TELEGRAM_IDS": "42",
        "SECRET_KEYS": vault.new_key(),
        "ZONE": "tarakankota.go.id",
        "DATA_DIR": str(data),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield data
    structlog.reset_defaults()


@pytest.fixture
def layanan() -> Layanan:
    """Run a command in this process; its words and exit code are the result's."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@contextlib.contextmanager
def behind_its_back(folder: Path) -> Iterator[sqlite3.Connection]:
    """Change the database as somebody with its file can, who begins by dropping what guards the ledger."""
    with contextlib.closing(sqlite3.connect(folder / "layanan.db")) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS ledger_no_update")
        connection.execute("DROP TRIGGER IF EXISTS ledger_no_delete")
        yield connection
