"""Room on the file systems, looked at before anything is touched, so that a full one leaves nothing half made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from provisioning.agent import names
from provisioning.errors import ErrorCode, ServerError

PLACES = (names.HOSTING_ROOT, names.STATE, names.UNITS, Path("/var/lib/mysql"))
BYTES, INODES = 32 * 1024 * 1024, 500  # what one hosting's own files, records and empty database stay far below
FULL_BYTES, FULL_INODES = 256 * 1024, 1  # less than this is no room


def check(places: Iterable[Path] = PLACES, *, size: int = BYTES, inodes: int = INODES) -> None:
    """Raise `ServerError` (`DISK_FULL`) where a place has fewer free bytes or inodes; one that is not there is fine."""
    place = _without(places, size, inodes)
    if place is not None:
        raise ServerError(ErrorCode.DISK_FULL, f"{place} has no room left; nothing was touched", step="room")


def blamed(error: ServerError) -> ServerError:
    """Return an error that names the full disk, where there is one: programs say so in many ways, or not at all."""
    place = _without(PLACES, FULL_BYTES, FULL_INODES)
    if place is None or error.code is ErrorCode.DISK_FULL:
        return error
    return ServerError(
        ErrorCode.DISK_FULL, f"{place} has no room left: {error.detail}", step=error.step, left=error.left
    )


def _without(places: Iterable[Path], size: int, inodes: int) -> Path | None:
    """Return the first place that is there and has fewer free bytes or inodes."""
    for place in places:
        if place.is_dir():
            found = os.statvfs(place)
            if found.f_bfree * found.f_frsize < size or (found.f_files and found.f_ffree < inodes):
                return place
    return None
