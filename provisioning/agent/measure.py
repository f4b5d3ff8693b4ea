"""What all hostings of this server take, and their traffic by day, in one answer and within bounded time."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Sequence

from provisioning.agent import access_log, files, names, usage
from provisioning.agent.record import Record
from provisioning.agent.traffic import TrafficCount
from provisioning.plan import ServerError
from provisioning.usage_report import DayTraffic, HostingMeasurement, Measurement

SECONDS = 20.0  # what is not counted by then is gone on with when asked again
WALKED_FOR = 6 * 3600.0  # seconds for which a walk through the files stands at most, where no quota counts them
PATIENCE = 3000  # a walk stands for so many times the time it took: a tenth of a second an hour, however many hostings


def gather(records: Sequence[Record], since: dt.date, seconds: float = SECONDS) -> Measurement:
    """Count every hosting of the records, traffic of `since` and later; those not done in time are left out."""
    until = time.monotonic() + seconds
    _forget_others({record.slug for record in records})
    sizes = _database_sizes([record.slug for record in records if record.spec and record.spec.get("database")])
    found = [_one(record, since, sizes, until) for record in records if record.spec is not None]
    hostings = tuple(each for each in found if each is not None)
    return Measurement(whole=len(hostings) == len(found), hostings=hostings)


def _one(record: Record, since: dt.date, sizes: dict[str, int] | None, until: float) -> HostingMeasurement | None:
    slug, counted = record.slug, TrafficCount(record.slug)
    whole = counted.read_on(access_log.logs_since(names.home(slug) / "logs", since), until)
    taken = usage.by_quota(slug) or _walked(slug, counted, until)
    counted.keep()
    if not whole or taken is None:
        return None
    days = counted.days_since(since.isoformat())
    has_database = bool(record.spec and record.spec.get("database"))
    return HostingMeasurement(
        slug=slug,
        disk_bytes=taken[0],
        inodes=taken[1],
        database_bytes=(None if sizes is None else sizes.get(slug, 0)) if has_database else 0,
        days={dt.date.fromisoformat(day): DayTraffic.of(counts) for day, counts in days.items()},
    )


def _walked(slug: str, counted: TrafficCount, until: float) -> tuple[int, int] | None:
    """Return bytes and inodes as of a walk of the last hours; None where there was none, and no time for one.

    A quick one is made at each count, so that a warning comes in time; one that takes long a few times a day.
    """
    now, begun = time.time(), time.monotonic()
    if not stands(counted.files, now) and begun < until:
        found = map(float, usage.count_files(names.home(slug)))
        counted.files = [now, *found, time.monotonic() - begun]
    return (int(counted.files[1]), int(counted.files[2])) if counted.files else None


def stands(walk: Sequence[float], now: float) -> bool:
    """Return whether a walk (when, bytes, inodes, seconds that it took) need not be made again yet. Pure."""
    if not walk:
        return False
    kept = min(WALKED_FOR, walk[3] * PATIENCE) if len(walk) > 3 else WALKED_FOR
    return 0 <= now - walk[0] < kept


def _database_sizes(slugs: Sequence[str]) -> dict[str, int] | None:
    """Return the databases' bytes; None where MariaDB does not answer: the rest is counted all the same."""
    with contextlib.suppress(ServerError):
        return usage.database_sizes(slugs)
    return None


def _forget_others(slugs: set[str]) -> None:
    """Remove what was counted of hostings that are gone, and what a killed run left half written."""
    folder = names.counted_file("x").parent
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix != ".json" or path.stem not in slugs:
            files.remove(path)
