"""Tries a snapshot out without touching the hosting: restored beside, compared file by file, loaded into a database.

A file counts as compared where nobody has touched it since the snapshot: same size, same time of change.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent import database_dump, mariadb, names
from provisioning.agent.backup import login, restoring, taking
from provisioning.agent.backup.restic import Restic
from provisioning.agent.backup.wire import TOPS, Drilled
from provisioning.agent.mariadb import identifier, text
from provisioning.agent.site import Site
from provisioning.plan import ErrorCode, ServerError

NAMED = 10  # files that are told by name where they differ
TABLES = (
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE='BASE TABLE'"
    " AND TABLE_SCHEMA=CONVERT(@name USING utf8mb3)"
)
COUNT = "SELECT COUNT(*) FROM {table}"


def drill(site: Site, snapshot_id: str, restic: Restic) -> Drilled:
    """Restore a snapshot aside and say whether all of it is right. Raises `ServerError`."""
    begun = time.monotonic()
    snapshot = restoring.snapshot_of(site.slug, snapshot_id, restic)
    tops = [names.home(site.slug) / top for top in TOPS]
    dump = restoring.dump_of(site.slug)
    content = restic.content(snapshot.id, [*tops, dump])
    present = [path for path in (*tops, dump) if str(path) in content.present]
    if not present:
        raise ServerError(ErrorCode.SNAPSHOT_MISSING, "the snapshot is empty", step="drill")
    restoring.check_room(site, content, [])
    with restoring.staged(site, snapshot, present, restic) as stage:
        same, different, changed = _compared(stage, tops)
        tables, rows = _loaded(site, restoring.at(stage, dump)) if dump in present else (0, 0)
    return Drilled(
        same=same,
        different=tuple(sorted(different)[:NAMED]),
        different_count=len(different),
        changed_since=changed,
        size_bytes=content.size_bytes,
        tables=tables,
        rows=rows,
        has_database=dump in present and taking.has_database(site),
        seconds=round(time.monotonic() - begun, 1),
    )


def _compared(stage: Path, tops: list[Path]) -> tuple[int, list[str], int]:
    """Return how many files are the same, which differ, and how many were changed or are gone since."""
    same, changed, different = 0, 0, []
    for top in tops:
        for restored, name in _plain_files(restoring.at(stage, top)):
            live = _untouched(top / name, restored)
            if live is None:
                changed += 1
            elif _digest(restored) == live:
                same += 1
            else:
                different.append(f"{top.name}/{name}")
    return same, different, changed


def _plain_files(top: Path) -> Iterator[tuple[Path, str]]:
    for folder, _, found in os.walk(top):
        for name in found:
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path, str(path.relative_to(top))


def _untouched(live: Path, restored: Path) -> str | None:
    """Return the digest of a live file that nobody has touched since; it is the tenant's: no link is followed."""
    try:
        descriptor = os.open(live, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        now, then = os.fstat(stream.fileno()), restored.lstat()
        if not stat.S_ISREG(now.st_mode) or (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            return None
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _loaded(site: Site, dump: Path) -> tuple[int, int]:
    """Load the dump into a scratch database; return its tables and rows. Raises `ServerError` where it cannot be."""
    with login.scratch(site.slug) as account:
        with dump.open("rb") as lines:
            database_dump.load(lines, account, definers=False)
        tables = mariadb.ask(f"SET @name={text(account.database)}", TABLES)
        use = f"USE {identifier(account.database)}"
        counted = mariadb.ask(use, *(COUNT.format(table=identifier(row[0])) for row in tables)) if tables else []
        return len(tables), sum(int(row[0]) for row in counted)
