"""A backup opens only with what was kept apart, and the office comes back whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import settings
from tests.unit.record.conftest import Layanan, behind_its_back
from tests.unit.record.machine import Machine, contents
from tests.unit.workflows.conftest import Desk
from workflows.backup import locking

COPIED = ("people", "mandates", "cases", "papers", "letters", "hostings", "credentials", "jobs", "settings", "servers")
OWN_SOP = "# an office's own SOP, as the file that was copied into its folder"
OWN_PART = "# roles that several of its SOPs include"
OFFICE_ADDRESS = "Jl. Kalimantan No. 1, Gedung 'A' \\ lt. 2 #3 \"$HOME\""


@pytest.fixture
def database_url() -> str:
    """A file in DATA_DIR: `test_either_database` has PostgreSQL's way."""
    return "sqlite+aiosqlite:///{data_dir}/layanan.db"


@pytest.fixture(autouse=True)
def own_sop(folder: Path) -> None:
    (folder / "sops" / "parts").mkdir(parents=True)
    (folder / "sops" / "pinjam-2.toml").write_text(OWN_SOP)
    (folder / "sops" / "parts" / "jabatan.toml").write_text(OWN_PART)


@pytest.fixture
def backup(at_work: Desk, identity: Path, layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "office.age"
    monkeypatch.setenv("OFFICE_ADDRESS", OFFICE_ADDRESS)
    told = layanan("backup", "--to", file)
    assert told.exit_code == 0, told.output
    return file


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lost:
    """An office whose machine is gone: what it had, and what is left of it."""

    backup: Path
    identity: Path
    rows: dict[str, list[tuple[object, ...]]]
    files: dict[str, str]
    ssh_key: str
    secret_keys: str


@pytest.fixture
def lost(backup: Path, identity: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Lost:
    with contextlib.closing(sqlite3.connect(folder / "layanan.db")) as database:
        rows = {table: list(database.execute(f"SELECT * FROM {table}")) for table in COPIED}
    had = Lost(
        backup=backup,
        identity=identity,
        rows=rows,
        files=contents(folder / "files"),
        ssh_key=(folder / "ssh" / "id_ed25519").read_text(),
        secret_keys=os.environ["SECRET_KEYS"],
    )
    shutil.rmtree(folder)
    for name in (
        "BOT_TOKEN",
        "ADMIN_TELEGRAM_IDS",
        "SECRET_KEYS",
        "ZONE",
        "DATA_DIR",
        "DATABASE_URL",
        "BACKUP_RECIPIENTS",
    ):
        monkeypatch.delenv(name)
    return had


def test_everything_comes_back_with_the_file_and_what_was_kept_apart_alone(
    lost: Lost, machine: Machine, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = machine.restore(lost.backup, lost.identity)
    assert code == 0, told
    assert "The ledger is as it was written." in told
    assert "The last number of surat_keluar 2026 is 1" in told
    assert {table: machine.rows(f"SELECT * FROM {table}") for table in COPIED} == lost.rows
    assert contents(machine.data / "files") == lost.files
    assert (machine.data / "ssh" / "id_ed25519").read_text() == lost.ssh_key
    assert (machine.data / "sops" / "pinjam-2.toml").read_text() == OWN_SOP
    assert (machine.data / "sops" / "parts" / "jabatan.toml").read_text() == OWN_PART
    restored = dotenv_values(machine.environment)
    assert restored["OFFICE_ADDRESS"] == OFFICE_ADDRESS
    assert restored["SECRET_KEYS"] == lost.secret_keys
    for name, value in restored.items():
        monkeypatch.setenv(name, value or "")
    told_there = layanan("verify-ledger")
    assert told_there.exit_code == 0, told_there.output
    assert layanan("rotate-keys").exit_code == 0  # every seal opens


def test_only_its_owner_can_read_what_was_restored(backup: Path, identity: Path, machine: Machine) -> None:
    machine.restore(backup, identity)
    written = [machine.environment, *(path for path in machine.data.rglob("*") if path.is_file())]
    assert [path for path in written if path.stat().st_mode & 0o077] == []
    assert machine.data.stat().st_mode & 0o077 == 0
    assert backup.stat().st_mode & 0o077 == 0


def test_the_record_and_the_administrators_are_told_and_open_messages_say_so(
    backup: Path, identity: Path, machine: Machine
) -> None:
    machine.restore(backup, identity)
    ((action,),) = machine.rows("SELECT action FROM ledger ORDER BY sequence DESC LIMIT 1")
    assert action == "office.restored"
    open_rows = "FROM outbox WHERE state = 'pending' AND kind"
    assert machine.rows(f"SELECT count(*) {open_rows} = 'notice' AND params LIKE '%catatan.dipulihkan%'") == [(1,)]
    assert machine.rows(f"SELECT DISTINCT doubtful {open_rows} = 'card'") == [(1,)]


def test_without_what_was_kept_apart_nothing_can_be_read(backup: Path, layanan: Layanan, machine: Machine) -> None:
    locked = backup.read_bytes()
    for secret in (os.environ["SECRET_KEYS"], os.environ["BOT_TOKEN"], "e-Arsip", "OPENSSH PRIVATE KEY"):
        assert secret.encode() not in locked
    other = backup.with_name("other.txt")
    other.write_text(next(line for line in layanan("backup-keygen").stdout.splitlines() if "SECRET-KEY" in line))
    code, told = machine.restore(backup, other)
    assert code == 1
    assert "Nothing was restored: it is not locked for this identity" in told
    assert machine.left() == []


def test_a_backup_that_was_cut_is_refused(backup: Path, identity: Path, machine: Machine) -> None:
    whole = backup.read_bytes()
    for kept in (0, 50, 200, 70_000, -1):
        backup.write_bytes(whole[:kept])
        code, told = machine.restore(backup, identity)
        assert (code, "cut off" in told) == (1, True), told
        assert machine.left() == []


def test_a_backup_that_was_changed_is_refused(backup: Path, identity: Path, machine: Machine) -> None:
    whole = backup.read_bytes()
    for place in (*range(0, 300, 7), *range(300, len(whole), len(whole) // 20), -1):
        changed = bytearray(whole)
        changed[place] ^= 1
        backup.write_bytes(changed)
        code, told = machine.restore(backup, identity)
        assert (code, "changed" in told) == (1, True), (place, told)
        assert machine.left() == []


def test_it_is_restored_into_nothing_that_is_in_use(backup: Path, identity: Path, machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "somebody's").write_text("own")
    code, told = machine.restore(backup, identity)
    assert (code, "is not an empty folder" in told) == (1, True)
    (machine.data / "somebody's").unlink()
    machine.environment.write_text("BOT_TOKEN=another\n")
    code, told = machine.restore(backup, identity)
    assert (code, "exists and is left as it is" in told) == (1, True)
    assert machine.environment.read_text() == "BOT_TOKEN=another\n"
    machine.environment.unlink()
    assert machine.restore(backup, identity)[0] == 0
    before = contents(machine.data)
    assert machine.restore(backup, identity)[0] == 1  # not twice
    assert contents(machine.data) == before


def test_a_restoring_that_was_cut_off_is_begun_anew(backup: Path, identity: Path, machine: Machine) -> None:
    left = machine.data.with_name(".data.restoring")
    (left / "files").mkdir(parents=True)
    (left / "layanan.db").write_bytes(b"half")
    assert machine.restore(backup, identity)[0] == 0
    shutil.rmtree(machine.data)  # cut off after the settings were written, before the folder was put in its place
    assert machine.restore(backup, identity)[0] == 0
    assert machine.left() == [".env", "data"]


@pytest.mark.usefixtures("at_work")
def test_what_was_amiss_before_is_told_and_restored_all_the_same(
    identity: Path, layanan: Layanan, machine: Machine, folder: Path, tmp_path: Path
) -> None:
    with behind_its_back(settings.load().database) as database:
        database.run("UPDATE ledger SET person_id = 1 WHERE sequence = 7")
        ((rotten,),) = database.rows("SELECT sha256 FROM papers LIMIT 1")
    (folder / "files" / rotten[:2] / rotten).write_bytes(b"rotten")
    told = layanan("backup", "--to", tmp_path / "office.age")
    assert (told.exit_code, rotten in told.stderr) == (1, True)
    code, told_there = machine.restore(tmp_path / "office.age", identity)
    assert code == 0
    assert "Line 7 of the ledger" in told_there
    assert f"The file {rotten} was missing or damaged already" in told_there


def a_sparse_file(name: str, *, claims: int) -> bytes:
    """Return a tar in which 512 bytes claim to be a file of so many (tar(5), GNU's sparse format)."""
    member = tarfile.TarInfo(name)
    member.type, member.size = tarfile.GNUTYPE_SPARSE, 512
    head = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    head[386:410] = b"%011o\0%011o\0" % (0, 512)
    head[483:495] = b"%011o\0" % claims
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + b"x" * 512 + b"\0" * 1024


def test_a_forged_backup_fills_no_disk(identity: Path, layanan: Layanan, machine: Machine, tmp_path: Path) -> None:
    """Who knows what locks can lock what they like."""
    file = tmp_path / "forged.age"
    with file.open("wb") as locked:
        bomb = io.BytesIO(a_sparse_file("database", claims=4 << 30))
        locking.lock(bomb, locked, [os.environ["BACKUP_RECIPIENTS"]])
    code, told = machine.restore(file, identity)
    assert (code, "it holds what no backup of ours holds" in told) == (1, True), told
    assert machine.left() == []
