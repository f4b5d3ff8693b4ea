"""Room on the file systems, looked at before anything is touched, so that a full one leaves nothing half made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from provisioning.agent import names
from provisioning.errors import ErrorCode, ServerError

PLACES = (names.HOSTING_ROOT, names.STATE, names.UNITS, Path("/var/lib/mysql"))
BYTES, INODES = 32 * 1024 * 1024, 500  # what one hosting's own files, records and empty database stay far below


def check(places: Iterable[Path] = PLACES, *, size: int = BYTES, inodes: int = INODES) -> None:
    """Raise `ServerError` (`DISK_FULL`) where a place has fewer free bytes or inodes; one that is not there is fine."""
    for place in places:
        if not place.is_dir():
            continue
        found = os.statvfs(place)
        if found.f_bfree * found.f_frsize < size or (found.f_files and found.f_ffree < inodes):
            raise ServerError(ErrorCode.DISK_FULL, f"{place} has no room left; nothing was touched", step="room")
