"""A backup holds the whole office, opens only with what is kept apart, and comes back whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import io
import os
import shutil
import sqlite3
import sys
import tarfile
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.unit.record.conftest import Layanan, behind_its_back, render_letters
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.backup import locking
from workflows.backup.make import WORK
from workflows.store import ledger

ROOT = Path(__file__).parents[3]
COPIED = ("people", "mandates", "cases", "papers", "letters", "hostings", "credentials", "jobs", "settings", "servers")


@pytest.fixture
async def at_work(office: Desk) -> Desk:
    """An office with an approved case: letters on disk, passwords sealed and shown to nobody, a job waiting."""
    await push(office, await bring_to_decision(office, await ask(office)), "kepala_dkisp", "setujui")
    await render_letters(office)
    return office


@pytest.fixture
def identity(layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept apart; the environment has the other half."""
    told = layanan("backup-keygen").stdout.splitlines()
    (secret,) = [line for line in told if line.startswith("AGE-SECRET-KEY-1")]
    (recipients,) = [line for line in told if line.startswith("BACKUP_RECIPIENTS=")]
    monkeypatch.setenv(*recipients.split("=", 1))
    apart = tmp_path / "kept-apart.txt"
    apart.write_text(f"# the office's backups\n{secret}\n")
    return apart


OFFICE_ADDRESS = "Jl. Kalimantan No. 1, Gedung 'A' \\ lt. 2 #3 \"$HOME\""


@pytest.fixture
def backup(at_work: Desk, identity: Path, layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "office.age"
    monkeypatch.setenv("OFFICE_ADDRESS", OFFICE_ADDRESS)
    told = layanan("backup", "--to", file)
    assert told.exit_code == 0, told.output
    return file


class Machine:
    """An empty machine, where the office is to be restored."""

    def __init__(self, place: Path, layanan: Layanan) -> None:
        self.data, self.environment = place / "data", place / ".env"
        self._layanan = layanan
        place.mkdir(exist_ok=True)

    def restore(self, file: Path, identity: Path) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        told = self._layanan(
            "restore", file, "--identity", identity, "--into", self.data, "--environment", self.environment
        )
        return told.exit_code, told.output

    def left(self) -> list[str]:
        """Return whatever lies on it."""
        return sorted(path.name for path in self.data.parent.iterdir())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.data / "layanan.db")) as database:
            return list(database.execute(query))


@pytest.fixture
def machine(tmp_path: Path, layanan: Layanan) -> Machine:
    return Machine(tmp_path / "new-machine", layanan)


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
    for name in ("BOT_TOKEN", "ADMIN_TELEGRAM_IDS", "SECRET_KEYS", "ZONE", "DATA_DIR", "BACKUP_RECIPIENTS"):
        monkeypatch.delenv(name)
    return had


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


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
    with behind_its_back(folder) as database:
        database.execute("UPDATE ledger SET person_id = 1 WHERE sequence = 7")
        rotten = database.execute("SELECT sha256 FROM papers LIMIT 1").fetchone()[0]
    (folder / "files" / rotten[:2] / rotten).write_bytes(b"rotten")
    told = layanan("backup", "--to", tmp_path / "office.age")
    assert (told.exit_code, rotten in told.stderr) == (1, True)
    code, told_there = machine.restore(tmp_path / "office.age", identity)
    assert code == 0
    assert "Line 7 of the ledger" in told_there
    assert f"The file {rotten} was missing or damaged already" in told_there


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


async def test_it_is_one_instant_of_an_office_that_goes_on_working(
    at_work: Desk, identity: Path, layanan: Layanan, machine: Machine, tmp_path: Path
) -> None:
    """People press while it is made; the copy has each press whole or not at all, and every paper's file."""
    pressed = 0

    async def work_on() -> None:
        nonlocal pressed
        while True:
            async with at_work.database.write() as work:
                await at_work.office.files.put(
                    work, str(pressed).encode(), name="x", media_type="text/plain", kind="x", case_id=1
                )
                await ledger.append(work, "pressed", data={"count": pressed})
            pressed += 1

    pressing = asyncio.create_task(work_on())
    await asyncio.sleep(0.2)
    before = pressed
    told = await asyncio.to_thread(layanan, "backup", "--to", tmp_path / "office.age")
    assert pressed > before
    pressing.cancel()
    assert told.exit_code == 0, told.output
    code, said = await asyncio.to_thread(machine.restore, tmp_path / "office.age", identity)
    assert code == 0
    assert "The ledger is as it was written." in said
    assert "missing" not in said
    papers = machine.rows("SELECT count(*) FROM papers WHERE kind = 'x'")
    assert papers == machine.rows("SELECT count(*) FROM ledger WHERE action = 'pressed'")


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
