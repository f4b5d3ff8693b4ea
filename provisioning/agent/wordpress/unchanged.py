"""Tells what our own installation put into a hosting and nobody has changed since.

It is held against the packages that owners' copies are taken from: those are root's own, no tenant writes there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent import readable
from provisioning.agent.wordpress import source

ALWAYS_THERE = "wp-includes/version.php"  # by this the folder of a WordPress is known


def is_ours(home: Path, name: str, content: bytes) -> bool:
    """Return whether a file is to the byte what one of the packages has at the same place below a WordPress.

    `name` is relative to `home`; `content` must be all that is in the file.
    """
    return any(
        _has(version.joinpath(*below), content) for below in _places(home, name.split("/")) for version in _versions()
    )


def _places(home: Path, parts: list[str]) -> Iterator[list[str]]:
    """Yield what a file is called in each WordPress that it lies in: one may lie within another."""
    for depth in range(1, len(parts)):
        if _size(home.joinpath(*parts[:depth], ALWAYS_THERE)) is not None:
            yield parts[depth:]


def _versions() -> list[Path]:
    try:
        return [folder for folder in source.ROOT.iterdir() if not folder.name.startswith(".")]  # .partial: half of one
    except OSError:
        return []


def _has(packaged: Path, content: bytes) -> bool:
    return _size(packaged) == len(content) and readable.content(packaged, len(content)) == content


def _size(path: Path) -> int | None:
    """Return the size of a regular file in bytes; None where there is none, or a link."""
    try:
        info = os.lstat(path)
    except OSError:
        return None
    return info.st_size if stat.S_ISREG(info.st_mode) else None
