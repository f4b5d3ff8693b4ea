"""Making a backup while the office works: one instant of the database, then the files, which never change.

Files come after the database: a file is on disk before any row names it, so every name in the copy has its file.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import fcntl
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from workflows.backup import locking
from workflows.backup.contents import DATABASE, ENVIRONMENT, FILES, MANIFEST, NAMES, SOPS, SSH_KEY, Manifest
from workflows.engine.included import PARTS
from workflows.store import snapshot, state
from workflows.store.unit_of_work import Database

NAME = "layanan-{:%Y%m%d-%H%M%S}.age"
NAMED = re.compile(r"layanan-[0-9]{8}-[0-9]{6}\.age")
WORK = "backup"  # below DATA_DIR: the copy of the database lies there for as long as a backup takes
HASH = re.compile(r"[0-9a-f]{64}")


class BackupError(Exception):
    """No backup was made; the message is a sentence without its full stop."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupSource:
    """What is to be kept: the database, the folder of files, the SSH key and the environment."""

    data_dir: Path
    database: Database
    files: Path
    ssh_key: bytes
    environment: bytes


@dataclasses.dataclass(frozen=True, kw_only=True)
class MadeBackup:
    """A backup that was made."""

    file: Path
    manifest: Manifest


async def back_up(kept: BackupSource, to: Path, recipients: Sequence[str]) -> MadeBackup:
    """Write a backup to a new file, or into a folder under a name of its own. Raises `BackupError`, `OSError`."""
    locking.check_recipients(recipients)
    file = _new_file(to, kept.database.clock())
    with _alone(kept.data_dir / WORK) as place:
        copy = place / DATABASE
        try:
            await snapshot.copy(kept.database, copy)
        except snapshot.SnapshotError as error:
            raise BackupError(str(error)) from error
        head = await _head(kept, copy)
        manifest = await asyncio.to_thread(_write, kept, copy, head, file, recipients)
    return MadeBackup(file=file, manifest=manifest)


def _new_file(to: Path, now: dt.datetime) -> Path:
    file = to / NAME.format(now) if to.is_dir() else to
    _refuse_existing(file)
    return file


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise BackupError(f"{file} exists and is left as it is")


def keep_newest(made: Path, count: int) -> list[Path]:
    """Delete the older backups beside the one just made, all but the newest `count` in all, and return them.

    The one just made stays, however new others call themselves: the clock may have been wrong when they were made.
    """
    others = sorted(path for path in made.parent.iterdir() if NAMED.fullmatch(path.name) and path != made)
    old = others[: max(0, len(others) - (count - 1))]
    for path in old:
        path.unlink()
    return old


async def _head(kept: BackupSource, copy: Path) -> Manifest:
    """Return the manifest of the copy, its hashes still to come."""
    database = Database(f"sqlite+aiosqlite:///{copy}", clock=kept.database.clock)
    try:
        async with database.read() as work:
            size = await state.measure(work)
            return Manifest(
                made_at=work.now,
                hashes={},
                damaged=(),
                cases=size.cases,
                ledger_lines=size.ledger_lines,
                numbers=size.numbers,
            )
    finally:
        await database.close()


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[Path]:
    """Have the work folder for oneself, empty: an earlier backup may have been cut off. Raises `BackupError`."""
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("another backup is under way") from None
        _empty(place)
        try:
            yield place
        finally:
            _empty(place)


def _empty(place: Path) -> None:
    for left in place.iterdir():
        if left.name != "lock":
            left.unlink()


def _write(kept: BackupSource, copy: Path, head: Manifest, file: Path, recipients: Sequence[str]) -> Manifest:
    """Lock what a second thread packs, so that nothing lies open on the disk on its way."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        with ThreadPoolExecutor(1) as threads, partial.open("wb") as locked:
            os.fchmod(locked.fileno(), 0o600)
            reader, writer = os.pipe()
            packing = threads.submit(_pack, kept, copy, head, os.fdopen(writer, "wb"))
            with os.fdopen(reader, "rb") as packed:  # closed, it ends the packing too
                locking.lock(packed, locked, recipients)
            locked.flush()
            os.fsync(locked.fileno())
        manifest = packing.result()
        _refuse_existing(file)  # it took a while
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _pack(kept: BackupSource, copy: Path, head: Manifest, pipe: BinaryIO) -> Manifest:
    """Write all that is kept into the pipe, and end it; return what was written, with its hashes."""
    with pipe, tarfile.open(fileobj=pipe, mode="w|") as tar:
        hashes: dict[str, str] = {}
        damaged: list[str] = []
        hashes[DATABASE] = _add_file(tar, DATABASE, copy)
        for name, content in ((SSH_KEY, kept.ssh_key), (ENVIRONMENT, kept.environment)):
            hashes[name] = _add(tar, name, content)
        for path in sorted(path for path in kept.files.glob("??/*") if HASH.fullmatch(path.name)):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == path.name:
                hashes[f"{FILES}{path.name}"] = _add(tar, f"{FILES}{path.name}", content)
            else:
                damaged.append(path.name)
        own = kept.data_dir / SOPS
        for path in sorted([*own.glob("*.toml"), *own.glob(f"{PARTS}/*.toml")]):
            name = f"{SOPS}{path.relative_to(own).as_posix()}"
            if NAMES.fullmatch(name):
                hashes[name] = _add(tar, name, path.read_bytes())
            else:
                damaged.append(name)
        manifest = head.model_copy(update={"hashes": hashes, "damaged": tuple(damaged)})
        _add(tar, MANIFEST, manifest.model_dump_json(indent=1).encode())
        return manifest


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> str:
    tar.addfile(_member(name, len(content)), io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        tar.addfile(_member(name, path.stat().st_size), file)
    return digest


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member
