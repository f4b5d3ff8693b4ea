"""Bringing a backup back into an empty machine: all of it, checked, or nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import IO

from workflows.backup import locking
from workflows.backup.contents import DATABASE, ENVIRONMENT, FILES, MANIFEST, NAMES, SOPS, SSH_KEY, Manifest
from workflows.files import FileStore
from workflows.people import members
from workflows.people.notices import notice
from workflows.record.audit import LedgerFault, audit
from workflows.secrets.rotation import unopened
from workflows.secrets.vault import Vault
from workflows.store import ledger, snapshot, state
from workflows.store.unit_of_work import Database

DATABASE_FILE = "layanan.db"
CHUNK = 1 << 20
IN_MEMORY_MAX = 64 << 20
RESTORED = "office.restored"


class RestoreError(Exception):
    """Nothing was restored; the message is a sentence without its full stop."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A backup that was opened and found whole: its manifest, the environment it was made in, and where it lies."""

    manifest: Manifest
    environment: bytes
    place: Path


@dataclasses.dataclass(frozen=True, kw_only=True)
class RestoreReport:
    """In what state the office came back: what was already amiss when the backup was made, by file, seal and line."""

    ledger_lines: int
    ledger_fault: LedgerFault | None
    missing_files: tuple[str, ...]
    unopened: tuple[str, ...]


@contextlib.contextmanager
def unpack(file: Path, identity: str, to: Path) -> Iterator[Unpacked]:
    """Open a backup beside an empty or missing folder; `put_in_place` makes it that folder, else nothing is left.

    Raises `RestoreError`, `LockError`, `OSError`.
    """
    to = to.absolute()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RestoreError(f"{to} is not an empty folder")
    place = to.with_name(f".{to.name}.restoring")
    shutil.rmtree(place, ignore_errors=True)  # an earlier attempt was cut off
    place.mkdir(mode=0o700, parents=True)
    try:
        with tempfile.TemporaryFile(dir=place) as packed:
            with file.open("rb") as locked:
                locking.unlock(locked, packed, identity)
            packed.seek(0)
            manifest, environment = _unpack(packed, place)
        yield Unpacked(manifest=manifest, environment=environment, place=place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def put_in_place(unpacked: Unpacked, to: Path) -> None:
    """Let what was unpacked be the folder, in one step. Raises `OSError` where the folder is not empty any more."""
    unpacked.place.rename(to.absolute())


async def inspect(unpacked: Unpacked, vault: Vault) -> RestoreReport:
    """Look whether the office can go on from what was unpacked. Raises `RestoreError`."""
    try:
        snapshot.check(unpacked.place / DATABASE_FILE)
        async with opened(unpacked) as database, database.read() as work:
            verdict = await audit(ledger.lines(work))
            named = await state.hashes_of_papers(work)
            stuck = await unopened(vault, work)
    except snapshot.SnapshotError as error:
        raise RestoreError(str(error)) from error
    files = FileStore(unpacked.place / "files")
    return RestoreReport(
        ledger_lines=verdict.lines,
        ledger_fault=verdict.faults[0] if verdict.faults else None,
        missing_files=tuple(sorted(sha256 for sha256 in named if not files.path(sha256).exists())),
        unopened=tuple(stuck),
    )


def noted(manifest: Manifest) -> dict[str, object]:
    """Return what the ledger says of a backup that was restored."""
    return {"made_at": manifest.made_at.isoformat(), "ledger_lines": manifest.ledger_lines}


async def take_up(unpacked: Unpacked) -> None:
    """Note it in the ledger, tell the administrators, and let open messages say that they may have come before."""
    manifest = unpacked.manifest
    async with opened(unpacked) as database, database.write() as work:
        await state.doubt_what_was_open(work)
        await ledger.append(work, RESTORED, data=noted(manifest))
        for person in await members.admins(work):
            params = {"made_at": manifest.made_at.isoformat(), "numbers": manifest.numbers}
            await notice(work, person, "catatan.dipulihkan", params)


@contextlib.asynccontextmanager
async def opened(unpacked: Unpacked) -> AsyncIterator[Database]:
    """Open the database that was unpacked, with the newest tables. Raises `SnapshotError`."""
    database = Database(f"sqlite+aiosqlite:///{unpacked.place / DATABASE_FILE}")
    try:
        await snapshot.upgrade(database)
        yield database
    finally:
        await database.close()


def _unpack(packed: IO[bytes], place: Path) -> tuple[Manifest, bytes]:
    hashes: dict[str, str] = {}
    small: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=packed, mode="r:") as tar:
            for member in tar:
                plain = member.isreg() and not member.issparse()  # a sparse one of 2 KiB may fill the disk
                if not plain or not NAMES.fullmatch(member.name) or member.name in hashes:
                    raise RestoreError(f"it holds what no backup of ours holds ({member.name!r})")
                content = tar.extractfile(member)
                assert content is not None  # noqa: S101 - a regular file has content
                if member.name in (MANIFEST, ENVIRONMENT):
                    small[member.name] = content.read(IN_MEMORY_MAX)
                    hashes[member.name] = hashlib.sha256(small[member.name]).hexdigest()
                else:
                    hashes[member.name] = _keep(content, _target(place, member.name))
        manifest = Manifest.model_validate_json(small[MANIFEST])
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise RestoreError("what is locked in it is no backup of ours, or of a newer version") from error
    _compare(hashes, manifest)
    return manifest, small[ENVIRONMENT]


def _compare(hashes: Mapping[str, str], manifest: Manifest) -> None:
    found = {name: digest for name, digest in hashes.items() if name != MANIFEST}
    if found != manifest.hashes or not {DATABASE, SSH_KEY, ENVIRONMENT} <= found.keys():
        differing = sorted(dict(found.items() ^ manifest.hashes.items()))
        raise RestoreError(f"it is not what its manifest says ({', '.join(differing[:3])})")


def _target(place: Path, name: str) -> Path:
    if name == DATABASE:
        return place / DATABASE_FILE
    if name == SSH_KEY:
        return place / SSH_KEY
    if name.startswith(SOPS):
        return place / name
    return FileStore(place / "files").path(name.removeprefix(FILES))


def _keep(content: IO[bytes], target: Path) -> str:
    hashed = hashlib.sha256()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        while chunk := content.read(CHUNK):
            hashed.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return hashed.hexdigest()
