"""Texts that take long to make, kept under the digest of all they were made from; losing them costs time alone."""

from __future__ import annotations

import contextlib
from pathlib import Path

from provisioning.agent import files

KEEP_MOST = 4000  # texts; a hosting has five


class TextCache:
    """Keeps nothing until the agent names its folder."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._counted = False

    def get(self, name: str) -> str | None:
        """Return what is kept under `name`."""
        if self.folder is not None:
            with contextlib.suppress(FileNotFoundError):
                return (self.folder / name).read_text(encoding="utf-8")
        return None

    def keep(self, name: str, text: str) -> None:
        """Keep `text`; begin anew where there is too much."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):  # a full disk, or the same kept by another request at this moment
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._forget_where_too_much()
            files.swap(self.folder / name, text.encode(), mode=0o600)

    def _forget_where_too_much(self) -> None:
        """Count once: one request does not keep so much."""
        if self.folder is not None and not self._counted:
            self._counted = True
            kept = list(self.folder.iterdir())
            for path in kept if len(kept) > KEEP_MOST else ():
                files.remove(path)


MEMORY = TextCache()
