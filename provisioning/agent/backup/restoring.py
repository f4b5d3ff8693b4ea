"""Gives a hosting back what a snapshot holds: in its place, or beside it in a folder of its own below `private`.

Everything is restored into a folder that only root enters, on the same file system, and moved from there. In its place
the database comes first, which takes long and may fail; files change over in one step each. What fails is undone.
"""

from __future__ import annotations

import contextlib
import pwd
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent import database_dump, database_files, disk_space, homes, lock, names, quotactl, usage
from provisioning.agent.backup import login, moving, taking
from provisioning.agent.backup.restic import Restic, Snapshot, SnapshotContent
from provisioning.agent.backup.wire import TOPS, BackupOrder, Restored, RestorePart, SnapshotReason
from provisioning.agent.command import must
from provisioning.agent.database_dump import Login
from provisioning.agent.quotactl import Quota
from provisioning.agent.site import Site, as_server_error
from provisioning.plan import ErrorCode, ServerError

MB = 1024 * 1024
STEP = "restore"
OWN_SECONDS = 1800.0
NO_DATABASE = "the database is not as it was before"
NO_FILES = "the files are not as they were before"


def restore(site: Site, order: BackupOrder, order_id: str, restic: Restic) -> Restored:
    """Restore, as ordered; what is replaced is kept in a snapshot first. Raises `ServerError`."""
    snapshot = snapshot_of(site.slug, order.snapshot, restic)
    wanted = _wanted(site, order)
    content = restic.content(snapshot.id, wanted)
    present = [path for path in wanted if str(path) in content.present]
    if not present or (order.part is not RestorePart.WHOLE and len(present) < len(wanted)):
        raise ServerError(ErrorCode.SNAPSHOT_MISSING, "the snapshot holds nothing at that place", step=STEP)
    check_room(site, content, [] if order.beside else _files(present))
    before = "" if order.beside else taking.take(site, order_id, SnapshotReason.BEFORE, restic).snapshot
    try:
        with staged(site, snapshot, present, restic) as stage:
            if order.beside:
                _put_beside(site, order, stage, present)
            else:
                _put_in_place(site, stage, present, before, restic)
    except (ServerError, OSError) as error:
        failure = as_server_error(error, STEP)
        failure.kept = before
        raise failure from error
    return Restored(size_bytes=content.size_bytes, files=content.inodes, before=before)


def snapshot_of(slug: str, snapshot_id: str, restic: Restic) -> Snapshot:
    """Return a snapshot of this hosting's own. Raises `ServerError` (`SNAPSHOT_MISSING`)."""
    for snapshot in restic.snapshots(taking.of(slug)):
        if snapshot.id == snapshot_id:
            return snapshot
    raise ServerError(ErrorCode.SNAPSHOT_MISSING, f"{snapshot_id[:8]} is no snapshot of {slug}", step=STEP)


@contextlib.contextmanager
def staged(site: Site, snapshot: Snapshot, paths: list[Path], restic: Restic) -> Iterator[Path]:
    """Restore paths of a snapshot into a folder of root's own, in the owner's name; it is gone afterwards."""
    stage = names.stage(site.slug)
    if stage.exists():
        homes.delete(stage)
    stage.mkdir(mode=0o700)
    try:
        restic.restore(snapshot.id, paths, stage)
        for path in _files(paths):
            uid, gid = _owner(site)
            place = str(at(stage, path))
            must(["chown", "--recursive", "--no-dereference", f"{uid}:{gid}", "--", place], seconds=OWN_SECONDS)
        yield stage
    finally:
        homes.delete(stage)


def at(stage: Path, path: Path) -> Path:
    """Return where a path of a snapshot lies below the stage."""
    return stage / path.relative_to("/")


def dump_of(slug: str) -> Path:
    """Return where a snapshot keeps the database."""
    return database_dump.stage(slug) / taking.DUMP


def _wanted(site: Site, order: BackupOrder) -> list[Path]:
    home = names.home(site.slug)
    if order.part is RestorePart.PATH:
        return [home / order.path]
    tops = [home / top for top in TOPS] if order.wants_files else []
    return [*tops, dump_of(site.slug)] if order.wants_database else tops


def _files(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.is_relative_to(names.HOSTING_ROOT)]


def _owner(site: Site) -> tuple[int, int]:
    entry = pwd.getpwnam(names.account(site.slug))
    return entry.pw_uid, entry.pw_gid


def check_room(site: Site, content: SnapshotContent, replaced: list[Path]) -> None:
    """Raise `ServerError` where the disk, or what the hosting may take, has no room for what is restored.

    On its way it counts to the hosting's quota already, beside what it replaces in the end.
    """
    disk_space.check(
        (names.HOSTING_ROOT,), size=content.size_bytes + disk_space.BYTES, inodes=content.inodes + disk_space.INODES
    )
    home = names.home(site.slug)
    if not quotactl.enforced(home):
        return
    quota = quotactl.read(home, quotactl.GROUP, _owner(site)[1])
    leaving = [usage.count_files(path) for path in replaced]
    total = (sum(size for size, _ in leaving), sum(inodes for _, inodes in leaving))
    if exceeds(quota, (content.size_bytes, content.inodes), total):
        detail = f"{content.size_bytes // MB + 1} MB do not fit into the hosting's own limit"
        raise ServerError(ErrorCode.OVER_QUOTA, detail, step=STEP)


def exceeds(quota: Quota, coming: tuple[int, int], leaving: tuple[int, int]) -> bool:
    """Whether bytes and inodes that come, in the place of those that leave, are more than a quota allows. Pure."""
    size = quota.used_bytes + coming[0] - leaving[0]
    inodes = quota.used_inodes + coming[1] - leaving[1]
    return bool(quota.disk_mb and size > quota.disk_mb * MB) or bool(quota.inodes and inodes > quota.inodes)


def _put_beside(site: Site, order: BackupOrder, stage: Path, present: list[Path]) -> None:
    owner = _owner(site)
    folder = stage / order.beside
    folder.mkdir(mode=0o700)
    for path in present:
        at(stage, path).rename(folder / path.name)
    must(["chown", "--recursive", "--no-dereference", f"{owner[0]}:{owner[1]}", "--", str(folder)])
    moving.put(folder, names.home(site.slug), f"private/{order.beside}", owner)


def _put_in_place(site: Site, stage: Path, present: list[Path], before: str, restic: Restic) -> None:
    """Replace the database and the files, or neither. Raises `ServerError`; its `left` names what was not put back."""
    dump = at(stage, dump_of(site.slug)) if dump_of(site.slug) in present and taking.has_database(site) else None
    if dump is not None:
        _load(site, dump, before, restic)
    try:
        _exchange(site, stage, _files(present))
    except (ServerError, OSError) as error:
        failure = as_server_error(error, STEP)
        if dump is not None:
            _load_back(site, before, restic, failure)
        raise failure from error


def _exchange(site: Site, stage: Path, paths: list[Path]) -> None:
    """Put the files in place, all of them or none."""
    home, owner = names.home(site.slug), _owner(site)
    exchanged: list[Path] = []
    with lock.held():
        try:
            for path in paths:
                moving.put(at(stage, path), home, str(path.relative_to(home)), owner)
                exchanged.append(path)
            homes.make(site.spec, *owner)
        except (ServerError, OSError) as error:
            failure = as_server_error(error, STEP)
            try:
                for path in reversed(exchanged):
                    moving.take_back(at(stage, path), home, str(path.relative_to(home)), owner)
            except (ServerError, OSError):
                failure.left = (*failure.left, NO_FILES)
            raise failure from error


def _load(site: Site, dump: Path, before: str, restic: Restic) -> None:
    """Load the database anew; where that fails, what was there before is loaded again. Raises `ServerError`."""
    with lock.held(database_files.LOCK, database_files.WAIT_SECONDS), login.borrowed(site.slug) as account:
        try:
            database_dump.load_anew(dump, account, definers=True)
        except (ServerError, OSError) as error:
            failure = as_server_error(error, STEP)
            _load_before(site, before, restic, account, failure)
            raise failure from error


def _load_back(site: Site, before: str, restic: Restic, failure: ServerError) -> None:
    try:
        with lock.held(database_files.LOCK, database_files.WAIT_SECONDS), login.borrowed(site.slug) as account:
            _load_before(site, before, restic, account, failure)
    except (ServerError, OSError):
        failure.left = (*failure.left, NO_DATABASE)


def _load_before(site: Site, before: str, restic: Restic, account: Login, failure: ServerError) -> None:
    """Load what was there before a restore; `failure` says so where that fails too."""
    folder = database_dump.stage(site.slug) / "before.sql"
    try:
        restic.restore(snapshot_of(site.slug, before, restic).id, [dump_of(site.slug)], folder)
        database_dump.load_anew(at(folder, dump_of(site.slug)), account, definers=True)
    except (ServerError, OSError):
        failure.left = (*failure.left, NO_DATABASE)
