"""What the agent did for each hosting, as JSON lines, for the engineers' "Lihat log"; no secret is ever in it."""

from __future__ import annotations

import contextlib
import datetime
import os
from pathlib import Path
from typing import Any

from provisioning.agent import names
from provisioning.plan import canonical

FOLDER = names.STATE / "log"
SIZE_MAX = 1024 * 1024  # bytes; the half before goes then


def write(slug: str, event: str, folder: Path = FOLDER, **values: Any) -> None:
    """Append one event (times in UTC). A log that cannot be written stops nothing."""
    entry = {"at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"), "event": event, **values}
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{slug}.log"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(canonical(entry) + "\n")
            grown = stream.tell() > SIZE_MAX
        if grown:
            path.replace(path.with_suffix(".log.1"))


def tail(slug: str, lines: int, folder: Path = FOLDER) -> list[str]:
    """Return the newest entries, oldest first."""
    found: list[str] = []
    for path in (folder / f"{slug}.log.1", folder / f"{slug}.log"):
        with contextlib.suppress(FileNotFoundError):
            found += path.read_text(encoding="utf-8").splitlines()
    return found[-lines:]
