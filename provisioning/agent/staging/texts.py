"""The texts among a tenant's files, read as root within bounds that nothing of the tenant's can widen.

However many names a file has, it is read once; those that are as short and called as configurations come first. What
is longer than `FILE_MAX`, or no text, is no configuration and is passed over; what the bounds leave out is told.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

SHORT, FILE_MAX = 64 * 1024, 4 * 1024 * 1024  # bytes
SETTINGS = (".php", ".env", ".ini", ".inc", ".json", ".yml", ".yaml", ".xml", ".conf", ".cnf", ".toml", ".properties")
"""How configurations are called, mostly: they are looked at before all else."""
BYTES_MAX = 256 * 1024 * 1024  # of one look
SECONDS = 120.0  # of one look
DEPTH_MAX = 64  # folders below one another
ANY = ("",)  # how a file may be called
HEAD = 4096  # bytes in which pictures, archives and their like show that they are no text
NO_TEXT = b"\0\0"  # one alone stands in what PHP's `serialize` writes


class Texts:
    """One look through the files below `tops`, for which nobody needs to hold still."""

    def __init__(self, tops: Sequence[Path]) -> None:
        self._tops = tops
        self._left = BYTES_MAX
        self._until = time.monotonic() + SECONDS
        self._known: set[tuple[int, int]] = set()
        self.unseen: set[Path] = set()
        """Folders of which not all was looked at, after the look."""
        self.is_cut = False
        """Whether the look ended by its bytes or its time, after the look."""

    def __iter__(self) -> Iterator[tuple[Path, bytes]]:
        """Yield each text; every file is opened below its opened folder, and through no link."""
        for named, most in ((SETTINGS, SHORT), (ANY, SHORT), (ANY, FILE_MAX)):
            for top in self._tops:
                for folder, folders, names, descriptor in os.fwalk(top, follow_symlinks=False):
                    here = Path(folder)
                    if folders and len(here.relative_to(top).parts) >= DEPTH_MAX:
                        self.unseen.add(here)
                        folders.clear()
                    for name in names:
                        if self._is_over:
                            break
                        raw = self._text(name, descriptor, most) if _is_called(name, named) else None
                        if raw is not None:
                            yield here / name, raw
                    if self._is_over:
                        self.unseen, self.is_cut = {*self._tops}, True
                        return

    @property
    def _is_over(self) -> bool:
        return self._left <= 0 or time.monotonic() > self._until

    def _text(self, name: str, folder: int, most: int) -> bytes | None:
        with contextlib.suppress(OSError):  # gone meanwhile, or another thing by now
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            this = found.st_dev, found.st_ino
            if not stat.S_ISREG(found.st_mode) or found.st_size > most or this in self._known:
                return None
            self._known.add(this)
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(opened, "rb") as stream:
                if not stat.S_ISREG(os.fstat(opened).st_mode):
                    return None
                raw = stream.read(HEAD)
                if NO_TEXT not in raw:
                    raw += stream.read(most - len(raw))
                self._left -= len(raw)
                return None if NO_TEXT in raw[:HEAD] else raw
        return None


def _is_called(name: str, ends: tuple[str, ...]) -> bool:
    return name.lower().endswith(ends) or name.startswith(".env")
