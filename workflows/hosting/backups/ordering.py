"""Asking for backups of a hosting: a snapshot now, one before a risky change, a restore. One row each, in the queue.

Every order is written down in the transaction of the press; `worker` carries it out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import cast

from provisioning.agent.backup.wire import BackupAction, BackupOrder, OrderError, RestorePart, SnapshotReason
from workflows.hosting.action import Action
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import OF_ITS_OPD_OR_ENGINEER, OPEN_OR_SUSPENDED, STANDING, Right
from workflows.refusal import Refused
from workflows.store import backups, hostings, ledger, moves
from workflows.store.tables import Backup, BackupState, Hosting, Job
from workflows.store.tables.backups import BackupData
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

BACKUP = Action(name="backup", right=Right(roles=OF_ITS_OPD_OR_ENGINEER, states=STANDING))
RESTORE = Action(name="restore", right=Right(roles=OF_ITS_OPD_OR_ENGINEER, states=OPEN_OR_SUSPENDED))
ASKED_A_DAY = 3  # snapshots that people may ask for, of one hosting
BESIDE = "pulihan-%Y%m%d-%H%M%S"


@dataclasses.dataclass(frozen=True, kw_only=True)
class RestoreRequest:
    """What of which snapshot (the id of its row) is given back, and whether beside the site or in its place."""

    snapshot: int
    part: RestorePart = RestorePart.WHOLE
    path: str = ""
    beside: bool = False


async def snapshot_now(work: UnitOfWork, hosting: Hosting, *, by: OrderedBy) -> Backup:
    """Take a snapshot at once. Raises `Refused`: hosting_busy, no_backup_place, backup_under_way, backup_enough."""
    await hostings.lock(work, hosting.id)
    await may_snapshot(work, hosting)
    row = await _put(work, hosting, BackupAction.SNAPSHOT, SnapshotReason.ASKED, asked_by=by.person_id)
    await _note(work, row, hosting, "backup.asked", by)
    return row


async def may_snapshot(work: UnitOfWork, hosting: Hosting) -> None:
    """Look whether somebody may ask for a snapshot now. Raises `Refused`, as `snapshot_now` says."""
    await _need_rest(work, hosting)
    await need_place(work, hosting)
    under_way = await backups.open_of(work, hosting.id, BackupAction.SNAPSHOT)
    if under_way is not None and under_way.due_at <= work.now:  # a night's turn that has not come yet is none
        raise Refused("backup_under_way")
    midnight = work.now.astimezone(WITA).replace(hour=0, minute=0, second=0, microsecond=0)
    if await backups.asked_since(work, hosting.id, midnight) >= ASKED_A_DAY:
        raise Refused("backup_enough", {"count": ASKED_A_DAY})


async def before_risky_change(
    work: UnitOfWork, hosting: Hosting, job: Job, *, last: bool = False, asked_by: int | None = None
) -> Backup | None:
    """Let a job of a hosting wait until its snapshot is there; None, and no wait, where the server keeps no backups.

    Nor is there one of a staging copy, which can be made anew.
    `last`: it is the one that stays when the hosting is removed. To be called in the transaction that sets `job` up.
    Fails the snapshot, engineers are told and the job waits on, until it is there or an engineer goes on without.
    """
    if hosting.applied_revision == 0 or hosting.copy_of is not None or not await has_place(work, hosting):
        return None
    await work.flush()
    reason = SnapshotReason.LAST if last else SnapshotReason.BEFORE
    return await _put(work, hosting, BackupAction.SNAPSHOT, reason, asked_by=asked_by, job_id=job.id)


async def restore(work: UnitOfWork, hosting: Hosting, wish: RestoreRequest, *, by: OrderedBy) -> Backup:
    """Give back what a snapshot holds.

    One whose last order failed is restored too: often that is the way back. Raises `Refused`: no_hosting, hosting_busy,
    no_backup_place, snapshot_gone, restore_under_way, restore_waits (a change is under way), path_invalid.
    """
    present = await hostings.lock(work, hosting.id)
    await _need_rest(work, hosting)
    await need_place(work, hosting)
    kept = await backups.get(work, wish.snapshot)
    if kept is None or kept.snapshot is None or not _is_usable(kept, hosting):
        raise Refused("snapshot_gone")
    if await backups.open_of(work, hosting.id, BackupAction.RESTORE) is not None:
        raise Refused("restore_under_way")
    if present is None or not present.stands:
        raise Refused("no_hosting", final=True)
    if await hostings.is_busy(work, hosting.id):
        raise Refused("restore_waits", {"domain": hosting.domain})
    data = _checked(kept.snapshot, wish, work.now)
    row = await _put(work, hosting, BackupAction.RESTORE, SnapshotReason.ASKED, asked_by=by.person_id, data=data)
    await _note(work, row, hosting, "backup.restore_asked", by)
    return row


async def after_move(work: UnitOfWork, hosting: Hosting, *, key: str) -> None:
    """Take the first snapshot where a hosting stands since it moved: the others lie on the server that it left."""
    if await has_place(work, hosting):
        await _put(work, hosting, BackupAction.SNAPSHOT, SnapshotReason.MOVED, asked_by=None, key=key)


async def drill(work: UnitOfWork, hosting: Hosting, *, key: str) -> None:
    """Have the newest snapshot that can be restored here tried out, once for a `key`; nothing where there is none."""
    kept = next(iter(await backups.snapshots_of(work, hosting.id, limit=1)), None)
    if kept is None or await backups.is_put(work, key):
        return
    data: BackupData = {"snapshot": kept.snapshot or ""}
    await _put(work, hosting, BackupAction.DRILL, SnapshotReason.ASKED, asked_by=None, data=data, key=key)


def _is_usable(kept: Backup, hosting: Hosting) -> bool:
    here = (kept.hosting_id, kept.server_id) == (hosting.id, hosting.server_id)
    return here and kept.deed == BackupAction.SNAPSHOT and kept.state == BackupState.DONE and kept.gone_at is None


async def has_place(work: UnitOfWork, hosting: Hosting) -> bool:
    """Whether the server of a hosting keeps backups."""
    return (await hostings.server(work, hosting.server_id)).backup_place is not None


async def _need_rest(work: UnitOfWork, hosting: Hosting) -> None:
    """Refuse what a move would leave behind on the server that the hosting goes away from."""
    if await moves.is_busy(work, hosting.id):
        raise Refused("hosting_busy", {"domain": hosting.domain})


async def need_place(work: UnitOfWork, hosting: Hosting) -> None:
    """Refuse what needs a place for backups where there is none. Raises `Refused` (no_backup_place)."""
    if not await has_place(work, hosting):
        raise Refused("no_backup_place")


def _checked(snapshot: str, wish: RestoreRequest, now: dt.datetime) -> BackupData:
    beside = now.astimezone(WITA).strftime(BESIDE) if wish.beside else ""
    try:
        order = BackupOrder(deed=BackupAction.RESTORE, snapshot=snapshot, part=wish.part, path=wish.path, beside=beside)
    except OrderError as error:
        raise Refused("path_invalid") from error
    return cast("BackupData", {name: str(value) for name, value in order.to_data().items()})


async def _put(
    work: UnitOfWork,
    hosting: Hosting,
    deed: BackupAction,
    reason: SnapshotReason,
    *,
    asked_by: int | None,
    data: BackupData | None = None,
    job_id: int | None = None,
    key: str | None = None,
) -> Backup:
    request_id = str(uuid.uuid4())
    values = {
        "server_id": hosting.server_id,
        "hosting_id": hosting.id,
        "deed": str(deed),
        "reason": str(reason),
        "key": key or request_id,
        "request_id": request_id,
        "due_at": work.now,
        "asked_by": asked_by,
        "data": data or {},
        "job_id": job_id,
    }
    row = await backups.get(work, await backups.put(work, values) or 0)
    assert row is not None  # noqa: S101 - its key is new
    return row


async def _note(work: UnitOfWork, row: Backup, hosting: Hosting, action: str, by: OrderedBy) -> None:
    data = {"hosting": hosting.id, "slug": hosting.slug, "backup": row.id, **row.data}
    who = {"person_id": by.person_id, "mandate_id": by.mandate_id}
    await ledger.append(work, action, **who, case_id=hosting.case_id, data=data)
