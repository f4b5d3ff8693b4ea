"""Locks of the backups' repository: one order a hosting at a time, and none while old snapshots are cleared away.

These are locks of their own. The server's lock, under which hostings are changed, is held for the moments only in which
what was restored is put into its place.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path("/run/layanan-backup")
REPOSITORY = "_repository"  # no slug begins so


@contextlib.contextmanager
def of_hosting(slug: str, *, waits: bool = True) -> Iterator[None]:
    """Lock the hosting, then share the repository: others may be at it, but nobody who clears it away.

    Who does not wait gets `BlockingIOError` instead.
    """
    at_once = 0 if waits else fcntl.LOCK_NB
    with _held(slug, fcntl.LOCK_EX | at_once), _held(REPOSITORY, fcntl.LOCK_SH | at_once):
        yield


@contextlib.contextmanager
def of_repository() -> Iterator[None]:
    """Lock the whole repository: wait until nobody else is at it."""
    with _held(REPOSITORY, fcntl.LOCK_EX):
        yield


@contextlib.contextmanager
def _held(name: str, kind: int) -> Iterator[None]:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(FOLDER / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
