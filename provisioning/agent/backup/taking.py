"""Takes a snapshot of one hosting: its files as they lie, and a dump of its database, together.

No change of the server waits for it, and it changes nothing there. Which order a snapshot answers stands among its
tags, so an order that is repeated finds what it has done.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from provisioning.agent import database_dump, names, usage
from provisioning.agent.backup.restic import SECONDS, STEP, Restic, Snapshot
from provisioning.agent.backup.wire import TOPS, SnapshotReason, TakenSnapshot
from provisioning.agent.site import Site
from provisioning.plan import ErrorCode, ServerError

DUMP = "basis-data.sql"
MB = 1024 * 1024
TIMES = 2  # so much of its package's disk may be read of a hosting, holes and repeated hard links among it
NIGHTLY_SECONDS = 3600  # the others wait


def take(site: Site, order_id: str, reason: SnapshotReason, restic: Restic) -> TakenSnapshot:
    """Take a snapshot, or return the one that this order took before. Raises `ServerError`."""
    earlier = restic.snapshots(of(site.slug), f"order:{order_id}")
    if earlier:
        return _as_it_is(site, earlier[-1], restic)
    paths = [names.home(site.slug) / top for top in TOPS]
    try:
        most = _check_readable(site, paths)
        if has_database(site):
            paths.append(_dump(site.slug))
            most = max(most, paths[-1].stat().st_size)
        tags = (of(site.slug), f"order:{order_id}", f"reason:{reason}")
        seconds = NIGHTLY_SECONDS if reason is SnapshotReason.NIGHTLY else SECONDS
        summary, unread = restic.backup(paths, tags, largest=most, seconds=seconds)
    finally:
        (database_dump.stage(site.slug) / DUMP).unlink(missing_ok=True)
    (snapshot,) = restic.snapshots(of(site.slug), f"order:{order_id}")
    return TakenSnapshot(
        snapshot=snapshot.id,
        size_bytes=int(summary.get("total_bytes_processed", 0)),
        files=int(summary.get("total_files_processed", 0)),
        added_bytes=int(summary.get("data_added", 0)),
        unread=unread,
    )


def of(slug: str) -> str:
    """Return the tag that says whose a snapshot is."""
    return f"hosting:{slug}"


def has_database(site: Site) -> bool:
    """Whether the hosting has a database of ours."""
    return site.spec.database and "database" in site.record.claims


def clear(slug: str) -> None:
    """Remove what a killed run may have left of a hosting's dumps."""
    shutil.rmtree(database_dump.stage(slug), ignore_errors=True)


def _check_readable(site: Site, tops: Sequence[Path]) -> int:
    """Return the most bytes that a file may have. Raises `ServerError` (`OVER_QUOTA`) where all are more than that.

    A quota counts no holes: files of terabytes cost their owner nothing, and would keep the backups of everybody else
    on the server waiting while they are read.
    """
    most = TIMES * site.spec.limits.disk_mb * MB
    found = sum(usage.bytes_to_read(top) for top in tops)
    if found > most:
        detail = f"{found // MB} MB in the files of a package of {site.spec.limits.disk_mb} MB: holes or hard links"
        raise ServerError(ErrorCode.OVER_QUOTA, detail, step=STEP)
    return most


def _dump(slug: str) -> Path:
    target = database_dump.stage(slug) / DUMP
    database_dump.write(names.database(slug), target)
    return target


def _as_it_is(site: Site, snapshot: Snapshot, restic: Restic) -> TakenSnapshot:
    content = restic.content(
        snapshot.id, [*map(names.home(site.slug).joinpath, TOPS), database_dump.stage(site.slug) / DUMP]
    )
    return TakenSnapshot(snapshot=snapshot.id, size_bytes=content.size_bytes, files=content.inodes, added_bytes=0)
