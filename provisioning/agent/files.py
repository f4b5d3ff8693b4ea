"""Root-owned files: compare with what is wanted, swap in whole, and put back what was there."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from provisioning.agent import names


@dataclasses.dataclass(frozen=True, kw_only=True)
class WantedFile:
    """A file as it shall be. `content` None means that it shall not be there."""

    path: Path
    content: str | None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


def look(wanted: WantedFile) -> dict[str, Any]:
    """Return `{"state": "same" | "differs" | "absent", "sha256"}`; a symbolic link or directory always differs."""
    try:
        info = wanted.path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return {"state": "same" if wanted.content is None else "absent", "sha256": None}
    if not stat.S_ISREG(info.st_mode):
        return {"state": "differs", "sha256": None}
    raw = wanted.path.read_bytes()
    found = (raw, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
    content = None if wanted.content is None else wanted.content.encode()
    same = found == (content, wanted.mode, wanted.uid, wanted.gid)
    return {"state": "same" if same else "differs", "sha256": hashlib.sha256(raw).hexdigest()}


def put(wanted: WantedFile) -> None:
    """Make the file as wanted in one step (a rename), so that no reader ever sees half of it."""
    if wanted.content is None:
        remove(wanted.path)
        return
    wanted.path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    swap(wanted.path, wanted.content.encode(), mode=wanted.mode, uid=wanted.uid, gid=wanted.gid)


def swap(path: Path, raw: bytes, *, mode: int = 0o644, uid: int = 0, gid: int = 0) -> None:
    """Write beside `path`, flush to disk, and rename over it."""
    beside = _beside(path)
    beside.unlink(missing_ok=True)  # a killed run's
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(raw)
            os.fchown(stream.fileno(), uid, gid)
            os.fchmod(stream.fileno(), mode)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        raise


def _beside(path: Path) -> Path:
    """Return where a file grows; logrotate, Apache, sshd and systemd all pass such a name over."""
    return path.with_name(f".{path.name}.dpkg-new")


def remove(path: Path) -> None:
    """Remove a file or link, and what a killed run left beside it; none is fine."""
    for each in (_beside(path), path):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            each.unlink()


def remove_empty(directory: Path) -> None:
    """Remove a directory if it is empty; none, or one with something in it, is left alone."""
    with contextlib.suppress(OSError):
        directory.rmdir()


@dataclasses.dataclass(frozen=True)
class SavedFile:
    """A file as it was before we touched it."""

    path: Path
    raw: bytes | None
    mode: int = 0
    uid: int = 0
    gid: int = 0

    def restore(self) -> None:
        """Put it back, or away if it was not there."""
        if self.raw is None:
            remove(self.path)
        else:
            self.path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            swap(self.path, self.raw, mode=self.mode, uid=self.uid, gid=self.gid)


def keep(path: Path) -> SavedFile:
    """Remember a regular file (or that there is none)."""
    try:
        info = path.lstat()
        if stat.S_ISREG(info.st_mode):
            return SavedFile(path, path.read_bytes(), stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
    except (FileNotFoundError, NotADirectoryError):
        pass
    return SavedFile(path, None)


def mark(name: str) -> None:
    """Say, before files are swapped in, that a service has yet to take them up; a killed run leaves the mark behind."""
    _pending(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _pending(name).touch(mode=0o600)


def marked(name: str) -> bool:
    """Return whether a service may still run with other files than those that are there."""
    return _pending(name).exists()


def unmark(name: str) -> None:
    """Say that the service has taken them up."""
    remove(_pending(name))


def _pending(name: str) -> Path:
    return names.STATE / "pending" / name
