"""Takes a snapshot of one hosting: its files as they lie, and a dump of its database, together.

No change of the server waits for it, and it changes nothing there. Which order a snapshot answers stands among its
tags, so an order that is repeated finds what it has done.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from provisioning.agent import dumps, mariadb, names, room, usage
from provisioning.agent.backup.restic import Restic, Snapshot
from provisioning.agent.backup.wire import TOPS, Reason, Taken
from provisioning.agent.site import Site

DUMP = "basis-data.sql"
ROOM = 1.5  # a dump is text, and may be longer than the tables it is of


def take(site: Site, order_id: str, reason: Reason, restic: Restic) -> Taken:
    """Take a snapshot, or return the one that this order took before. Raises `ServerError`."""
    earlier = restic.snapshots(of(site.slug), f"order:{order_id}")
    if earlier:
        return _as_it_is(site, earlier[-1], restic)
    paths = [names.home(site.slug) / top for top in TOPS]
    try:
        if has_database(site):
            paths.append(_dump(site.slug))
        summary, unread = restic.backup(paths, (of(site.slug), f"order:{order_id}", f"reason:{reason}"))
    finally:
        (dumps.stage(site.slug) / DUMP).unlink(missing_ok=True)
    (snapshot,) = restic.snapshots(of(site.slug), f"order:{order_id}")
    return Taken(
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
    shutil.rmtree(dumps.stage(slug), ignore_errors=True)


def _dump(slug: str) -> Path:
    name, target = names.database(slug), dumps.stage(slug) / DUMP
    rows = mariadb.ask(f"SET @name={mariadb.text(name)}", usage.SIZE)
    room.check((names.STATE,), size=int(int(rows[0][0]) * ROOM) + room.BYTES)
    dumps.write(name, target)
    return target


def _as_it_is(site: Site, snapshot: Snapshot, restic: Restic) -> Taken:
    content = restic.content(snapshot.id, [*map(names.home(site.slug).joinpath, TOPS), dumps.stage(site.slug) / DUMP])
    return Taken(snapshot=snapshot.id, size_bytes=content.size_bytes, files=content.inodes, added_bytes=0)
