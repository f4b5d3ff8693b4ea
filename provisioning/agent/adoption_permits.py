"""Permits to replace a site that was made by hand: an engineer, as root on this server, lets one hosting adopt it.

The file is written by `adopt` alone, which the bot's key cannot start; without it a foreign thing is never touched.
"""

from __future__ import annotations

import json
from pathlib import Path

from provisioning.agent import files, names

SUFFIX = ".adopted"  # Apache reads `*.conf` only


def _file(slug: str) -> Path:
    return names.STATE / "adoptions" / f"{slug}.json"


def allow(slug: str, vhosts: list[str], marks: list[str]) -> None:
    """Let the hosting displace these Apache files, and note which DNS names it is given."""
    _file(slug).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.swap(_file(slug), json.dumps({"vhosts": vhosts, "names": marks}).encode(), mode=0o600)


def end(slug: str) -> None:
    """Take the word back: the adoption is settled, or undone."""
    files.remove(_file(slug))


def is_under_way(slug: str) -> bool:
    """Return whether an adoption is neither settled nor undone."""
    return _file(slug).exists()


def vhosts(slug: str) -> list[Path]:
    """Return the Apache files that the hosting may displace."""
    return [Path(path) for path in _read(slug)["vhosts"]]


def marks(slug: str) -> list[str]:
    """Return the DNS names that existed before and were given to the hosting."""
    return _read(slug)["names"]


def displace(slug: str) -> None:
    """Put the files out of Apache's sight, where they lie otherwise as they were."""
    for path in vhosts(slug):
        if path.is_symlink() or path.exists():
            path.rename(_aside(path))


def put_back(slug: str) -> None:
    """Let Apache see them again."""
    for path in vhosts(slug):
        if _aside(path).is_symlink() or _aside(path).exists():
            _aside(path).rename(path)


def _aside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _read(slug: str) -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads(_file(slug).read_bytes())
    except FileNotFoundError:
        return {"vhosts": [], "names": []}
    return found
