"""One change at a time on a server."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from provisioning.agent.protocol import LOCK_FILE
from provisioning.plan import ErrorCode, ServerError

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.02


@contextlib.contextmanager
def held(path: str = LOCK_FILE, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the server's lock (flock: the kernel lets go of it when the process ends, however it ends)."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    limit = time.monotonic() + wait
    try:
        while not _taken(descriptor):
            if time.monotonic() > limit:
                raise ServerError(ErrorCode.LOCKED, f"another request has held the server for {wait:g} s", step="lock")
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
