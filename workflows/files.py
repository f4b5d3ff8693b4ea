"""Uploads and letters on disk, each under its SHA-256: a file is written once and never changed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import os
import tempfile
from pathlib import Path

from workflows.store.tables import Paper
from workflows.store.unit_of_work import UnitOfWork

FRESH = dt.timedelta(hours=1)  # between the moment a file is kept and that in which a row names it, at the very most
FIRST = "first"  # where names lie that were given to one content, once


class FileStore:
    """Files below one folder, by content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the content lies."""
        return self.folder / sha256[:2] / sha256

    async def read(self, sha256: str) -> bytes:
        """Return the content. Raises `FileNotFoundError`."""
        return await asyncio.to_thread(self.path(sha256).read_bytes)

    async def write(self, content: bytes) -> str:
        """Keep the content durably; return its SHA-256. Writing the same again changes nothing."""
        return await asyncio.to_thread(self._write, content)

    async def remove(self, sha256: str, *, now: dt.datetime) -> None:
        """Remove the content, if it is there; not where somebody sent the same just now, who is about to need it."""
        await asyncio.to_thread(self._remove, self.path(sha256), now - FRESH)

    def _remove(self, path: Path, before: dt.datetime) -> None:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()

    def _write(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.exists():
            target.touch()
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        return sha256

    async def first(self, name: str) -> bytes | None:
        """Return what was kept first under a name, or None."""
        try:
            sha256 = await asyncio.to_thread((self.folder / FIRST / name).read_text)
        except FileNotFoundError:
            return None
        return await self.read(sha256)

    async def keep_first(self, name: str, content: bytes) -> bytes:
        """Keep the content durably under a name (a SHA-256); return what was kept there first, this or another."""
        await asyncio.to_thread(self._claim, name, await self.write(content))
        first = await self.first(name)
        assert first is not None  # noqa: S101  (claimed above)
        return first

    def _claim(self, name: str, sha256: str) -> None:
        folder = self.folder / FIRST
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=folder) as file:
            file.write(sha256)
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                (folder / name).hardlink_to(file.name)

    async def put(
        self, work: UnitOfWork, content: bytes, *, name: str, media_type: str, kind: str, case_id: int | None = None
    ) -> Paper:
        """Keep the content and note it as a paper. `name` is shown to people and never used as a path."""
        paper = Paper(
            case_id=case_id,
            kind=kind,
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=await self.write(content),
            created_at=work.now,
        )
        work.add(paper)
        await work.flush()
        return paper
