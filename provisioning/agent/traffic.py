"""A hosting's traffic by day, read once: what was counted is kept, so that a look each hour reads new lines only.

A log is known by its first line, not by its name: logrotate renames and packs it, and may be caught in between, an
engineer may copy it; it is one log and counted once. Losing what is kept costs time, as long as the logs are there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import time
from pathlib import Path
from typing import Any

from provisioning.agent import access_log, names
from provisioning.agent.access_log import UNREADABLE, Days, Log
from provisioning.plan import canonical

KEEP_DAYS = 62  # what is kept of a log whose newest line is older goes; logrotate keeps thirty days of them


class TrafficCount:
    """What has been counted of one hosting: of each log how many bytes were read, and what its days add up to."""

    def __init__(self, slug: str, folder: Path | None = None) -> None:
        self._path = names.counted_file(slug) if folder is None else folder / f"{slug}.json"
        self._read: dict[str, int] = {}
        self._days: dict[str, Days] = {}
        self.files: list[float] = []  # when files were walked through (UNIX time), bytes, inodes, seconds it took
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            self._take(json.loads(self._path.read_bytes()))

    def _take(self, data: dict[str, Any]) -> None:
        for key, (read, days) in data["logs"].items():
            self._read[key], self._days[key] = int(read), days
        self.files = [float(each) for each in data["files"]]

    def read_on(self, logs: list[Path], until: float) -> bool:
        """Count what is new in these logs; return whether that was done by `until` (`time.monotonic`)."""
        whole = True
        with contextlib.ExitStack() as stack:
            for key, log in _each_once(logs, stack).items():
                with contextlib.suppress(*UNREADABLE):
                    whole = self._read_log(key, log, until) and whole
        return whole

    def _read_log(self, key: str, log: Log, until: float) -> bool:
        read = min(self._read.get(key, 0), log.size)  # one that was cut short is gone on with at its end
        days = self._days.setdefault(key, {})
        self._read[key] = read
        if read == log.size:
            return True
        for piece in log.lines_from(read):
            access_log.add(piece, days)
            self._read[key] += len(piece)
            if time.monotonic() > until:
                return False
        return True

    def days_since(self, since: str = "") -> Days:
        """Return the counts of each day from an ISO date on."""
        found: Days = {}
        for days in self._days.values():
            for day, counts in days.items():
                if day >= since:
                    found[day] = [a + b for a, b in zip(found.get(day, (0,) * len(counts)), counts, strict=True)]
        return found

    def keep(self) -> None:
        """Keep what was counted, in one step; what is too old to be asked for is let go.

        Not flushed to the disk: after a power cut the logs are read again.
        """
        if not (self._read or self.files):
            return
        oldest = (dt.datetime.now(access_log.WITA).date() - dt.timedelta(days=KEEP_DAYS)).isoformat()
        young = {key: days for key, days in self._days.items() if max(days, default=oldest) >= oldest}
        logs = {key: (self._read[key], days) for key, days in young.items()}
        beside = self._path.with_suffix(f".{os.getpid()}")  # another request may count at this moment
        with contextlib.suppress(OSError):  # a full disk
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_text(canonical({"logs": logs, "files": self.files}), encoding="ascii")
            beside.replace(self._path)


def _each_once(paths: list[Path], stack: contextlib.ExitStack) -> dict[str, Log]:
    """Open the logs, by their first lines; of two that begin alike the longer, of equals the one that is not packed."""
    found: dict[str, Log] = {}
    for path in paths:
        with contextlib.suppress(*UNREADABLE):  # gone by now: it is found under its new name the next time
            log = Log(path)
            stack.callback(log.close)
            key = log.first_line()
            if key is not None and (key not in found or _rank(log) > _rank(found[key])):
                found[key] = log
    return found


def _rank(log: Log) -> tuple[int, bool]:
    return log.size, not log.is_packed
