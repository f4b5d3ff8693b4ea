"""Ends programs that take longer than they may: what a tenant wrote keeps nobody else waiting for ever."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator

SECONDS = 20 * 60.0  # for one dump of a database, or one import


@contextlib.contextmanager
def over(*programs: subprocess.Popen[bytes], seconds: float | None = None) -> Iterator[threading.Event]:
    """Kill the programs when `seconds` (without them `SECONDS`) have passed; the event says whether that was so."""
    passed = threading.Event()

    def end() -> None:
        passed.set()
        for program in programs:
            program.kill()

    timer = threading.Timer(SECONDS if seconds is None else seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield passed
    finally:
        timer.cancel()
