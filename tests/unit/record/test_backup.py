"""Backups are made while the office works; one that was not finished is none."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.unit.record.conftest import Layanan
from tests.unit.workflows.conftest import Desk
from workflows.backup.make import WORK

ROOT = Path(__file__).parents[3]


def test_backups_in_a_folder_have_names_and_only_the_newest_are_kept(
    at_work: Desk, identity: Path, layanan: Layanan, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "layanan-19990101-000000.age").write_bytes(b"old")
    (shelf / "layanan-20000101-000000.age").write_bytes(b"old")
    (shelf / "somebody's.age").write_bytes(b"kept")
    told = layanan("backup", "--to", shelf, "--keep", 2)
    assert told.exit_code == 0, told.output
    names = sorted(path.name for path in shelf.iterdir())
    assert len(names) == 3
    assert "layanan-20000101-000000.age" in names
    assert "somebody's.age" in names


def test_the_backup_just_made_is_never_the_one_deleted(
    at_work: Desk, identity: Path, layanan: Layanan, tmp_path: Path
) -> None:
    """Others were made while the clock was ahead, or by somebody who wants this one gone."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for day in range(1, 4):
        (shelf / f"layanan-2999010{day}-000000.age").write_bytes(b"of another time")
    assert layanan("backup", "--to", shelf, "--keep", 2).exit_code == 0
    made, other = sorted(shelf.iterdir())
    assert made.read_bytes().startswith(b"age-encryption.org")
    assert other.name == "layanan-29990103-000000.age"


@pytest.mark.parametrize("database_url", ["sqlite+aiosqlite:///{data_dir}/layanan.db"])
def test_without_a_recipient_or_a_database_the_administrator_is_told_what_to_do(
    folder: Path, layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    told = layanan("backup", "--to", tmp_path / "x.age")
    assert told.exit_code == 1
    assert told.stderr.startswith("BACKUP_RECIPIENTS is missing: run `layanan backup-keygen`")
    request.getfixturevalue("identity")
    told = layanan("backup", "--to", tmp_path / "x.age")
    assert "DATABASE_URL names no database yet" in told.stderr
    assert not (tmp_path / "x.age").exists()
    monkeypatch.setenv("BACKUP_RECIPIENTS", "age1nonsense")
    assert layanan("backup", "--to", tmp_path / "x.age").stderr.startswith("BACKUP_RECIPIENTS is not right")


def test_where_no_backup_can_be_written_or_a_file_cannot_be_read_that_is_said_and_none_is_left(
    at_work: Desk, identity: Path, layanan: Layanan, tmp_path: Path
) -> None:
    file = tmp_path / "no such folder" / "office.age"
    told = layanan("backup", "--to", file)
    assert (told.exit_code, told.stderr) == (1, f"No backup was made: {file}.partial: No such file or directory.\n")
    broken = at_work.office.files.folder / "00" / ("0" * 64)
    broken.mkdir(parents=True)  # what is kept is a file, and read as one
    told = layanan("backup", "--to", tmp_path / "office.age")
    assert (told.exit_code, told.stderr) == (1, f"No backup was made: {broken}: Is a directory.\n")
    assert not list(tmp_path.glob("office.age*"))


async def test_a_backup_killed_in_its_middle_leaves_none_and_harms_none(
    at_work: Desk, identity: Path, layanan: Layanan, folder: Path, tmp_path: Path
) -> None:
    for number in range(30):
        await at_work.office.files.write(os.urandom(1_000_000) + bytes([number]))
    file = tmp_path / "office.age"
    partial = file.with_name("office.age.partial")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "backup", "--to", str(file), env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    async with asyncio.timeout(60):
        while not partial.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.002)
    process.kill()
    await process.wait()
    assert not file.exists()
    assert (await asyncio.to_thread(layanan, "backup", "--to", file)).exit_code == 0
    assert [path.name for path in (folder / WORK).iterdir()] == ["lock"]
    assert not partial.exists()
