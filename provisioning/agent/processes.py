"""Ends what runs as one account: its SFTP sessions and whatever it left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from provisioning.agent.command import run

SECONDS = 5.0
UNITS = ("layanan-php", "layanan-cron")  # systemd's own processes: they are ended by stopping their unit


def sessions(uid: int) -> list[int]:
    """Return the process ids that run as `uid` outside its PHP and its timed scripts."""
    return [pid for pid in of(uid) if not any(unit in _cgroup(pid) for unit in UNITS)]


def of(uid: int) -> list[int]:
    """Return the process ids that run as `uid`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if entry.stat().st_uid == uid and not _is_zombie(entry):
                    found.append(int(entry.name))
    return found


def end(uid: int, find: Callable[[int], list[int]] = of) -> None:
    """Kill what `find` finds of `uid` and wait until nothing is left. Raises `TimeoutError`."""
    limit = time.monotonic() + SECONDS
    killed = False
    while pids := find(uid):
        killed = True
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > limit:
            raise TimeoutError(f"{len(pids)} processes of uid {uid} do not end")
        time.sleep(0.01)
    if killed:  # the account's own systemd was among them, and would be listed as failed from now on
        run(["systemctl", "reset-failed", f"user@{uid}.service"])


def _cgroup(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8")
    return ""


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "Z"
