"""A hosting's access logs as Apache and logrotate leave them, and what their lines add up to, by the day of WITA."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import gzip
import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

WITA = dt.timezone(dt.timedelta(hours=8))  # Central Indonesian time, without summer time since 1948
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# the log format `layanan`: … [time] "request" status in out microseconds …; Apache escapes quotes and line ends inside
LINE = re.compile(
    rb"^\S+ \S+ \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):\d\d ([+-]\d{4})\] "
    rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*" (\d)\d\d (\d+|-) (\d+|-) ',
    re.MULTILINE,
)
CHUNK = 4 * 1024 * 1024  # bytes read at once
FIRST_LINE_MAX = 64 * 1024  # bytes; Apache takes no longer request (LimitRequestLine, LimitRequestFieldSize)
Days = dict[str, list[int]]  # ISO date -> counts, in the order of `DayTraffic`'s fields


class Log:
    """One kept log, open and unpacked; it stays readable whatever logrotate does with its name."""

    def __init__(self, path: Path) -> None:
        """Raise `OSError` where the name leads to no readable file, or no longer."""
        raw = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        self.is_packed = path.suffix == ".gz"
        self.size = _unpacked_size(raw) if self.is_packed else os.fstat(raw.fileno()).st_size
        self._raw = raw
        self._stream: io.BufferedIOBase = gzip.GzipFile(fileobj=raw) if self.is_packed else raw

    def first_line(self) -> str | None:
        """Return a digest of the first line, by which a log is known under any name; None while it has none."""
        line = self._stream.readline(FIRST_LINE_MAX)
        return hashlib.sha256(line).hexdigest()[:20] if line.endswith(b"\n") else None

    def lines_from(self, offset: int) -> Iterator[bytes]:
        """Yield whole lines in large pieces, from a byte of the unpacked log on; half a line at the end is left."""
        self._stream.seek(offset)
        rest = b""
        while piece := self._stream.read(CHUNK):
            whole, end, rest = (rest + piece).rpartition(b"\n")
            if end:
                yield whole + end

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()


def _unpacked_size(raw: io.BufferedReader) -> int:
    """Return how many bytes a gzip file has unpacked, by its last four bytes (RFC 1952: ISIZE)."""
    if os.fstat(raw.fileno()).st_size < 18:  # not even a header and a trailer
        return 0
    raw.seek(-4, os.SEEK_END)
    size = int.from_bytes(raw.read(4), "little")
    raw.seek(0)
    return size


def logs_since(folder: Path, since: dt.date) -> list[Path]:
    """Return the logs that can hold a line of `since` or a later day; a log that is being packed counts once."""
    begins = dt.datetime.combine(since, dt.time(), WITA).timestamp()
    found: dict[str, float] = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                if entry.name.startswith("access.log") and entry.is_file(follow_symlinks=False):
                    found[entry.name] = entry.stat(follow_symlinks=False).st_mtime
    half_packed = {f"{name}.gz" for name in found}
    return [folder / name for name in sorted(found) if found[name] >= begins and name not in half_packed]


def add(piece: bytes, days: Days) -> None:
    """Add whole lines to the counts of their days. A line that is not Apache's is passed over."""
    for stamp, zone, status, received, sent in LINE.findall(piece):
        day = _day(stamp, zone)
        if day is None:
            continue
        counts = days.get(day)
        if counts is None:
            counts = days[day] = [0, 0, 0, 0, 0]
        counts[0] += 1
        counts[1] += 0 if received == b"-" else int(received)
        counts[2] += 0 if sent == b"-" else int(sent)
        if status == b"4":
            counts[3] += 1
        elif status == b"5":
            counts[4] += 1


@functools.lru_cache(maxsize=4096)
def _day(stamp: bytes, zone: bytes) -> str | None:
    """Return the day of WITA in which "24/Nov/2026:23:59" with its zone lies; None where there is no such moment."""
    text, shift = stamp.decode(), int(zone[:3]) * 60 + int(zone[:1] + zone[3:])
    try:
        moment = dt.datetime(
            int(text[7:11]), MONTHS.index(text[3:6]) + 1, int(text[:2]), int(text[12:14]), int(text[15:17]),
            tzinfo=dt.timezone(dt.timedelta(minutes=shift)),
        )  # fmt: skip
        return moment.astimezone(WITA).date().isoformat()
    except (ValueError, OverflowError):
        return None


UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading a log may raise that is damaged, or was taken away."""
