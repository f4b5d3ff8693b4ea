"""Ends what runs as one account: its SFTP sessions and whatever it left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

SECONDS = 5.0


def of(uid: int) -> list[int]:
    """Return the process ids that run as `uid`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if entry.stat().st_uid == uid and not _is_zombie(entry):
                    found.append(int(entry.name))
    return found


def end(uid: int) -> None:
    """Kill every process of `uid` and wait until none is left. Raises `TimeoutError`."""
    limit = time.monotonic() + SECONDS
    while pids := of(uid):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > limit:
            raise TimeoutError(f"{len(pids)} processes of uid {uid} do not end")
        time.sleep(0.01)


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "Z"
