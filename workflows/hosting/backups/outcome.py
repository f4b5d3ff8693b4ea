"""What came of a backup order: one transaction each, with who is told.

Engineers hear once a day of a server whose backups fail for one reason; who asked hears when it has ended.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from provisioning.agent.backup.wire import BackupAction, SnapshotReason
from provisioning.error_traits import Trait, has
from provisioning.plan import ServerError
from workflows.hosting import colleagues
from workflows.hosting.backups import retention
from workflows.hosting.orders import OrderedBy
from workflows.people import members
from workflows.people.alerts import tell_engineers
from workflows.people.notices import notice
from workflows.roles import CARETAKERS
from workflows.store import backups, hostings, ledger, people
from workflows.store.tables import Backup, BackupState, Hosting
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

TRIES = 4  # of what nobody waits for
TRIES_ASKED = 2  # of what somebody waits for
PAUSE_ASKED = dt.timedelta(minutes=1)
PAUSE = dt.timedelta(minutes=10)
LONGEST_PAUSE = dt.timedelta(hours=2)
DETAIL_MAX = 600


async def succeeded(database: Database, backup_id: int, result: dict[str, Any]) -> None:
    """Note that an order was carried out, let what waited for it go on, and tell who asked."""
    async with database.write() as work:
        row = await backups.lock(work, backup_id)
        if row is None or row.state != BackupState.RUNNING:
            return
        row.state, row.finished_at, row.error_code, row.error = BackupState.DONE, work.now, None, None
        row.result = json.loads(json.dumps(result))
        row.size_bytes = result.get("size_bytes")
        if row.deed == BackupAction.SNAPSHOT:
            row.snapshot = result["snapshot"]
        if row.hosting_id is None:
            await retention.note_left(work, row.server_id, result["left"])
            return
        hosting = await _hosting(work, row)
        if row.deed == BackupAction.RESTORE and result["before"]:
            await _keep_what_was_replaced(work, row, result["before"])
        if row.job_id is not None:
            work.wake("jobs")
        await _record(work, row, hosting, f"backup.{row.deed}")
        await _tell_done(work, row, hosting)


async def failed(database: Database, backup_id: int, error: ServerError) -> None:
    """Note a failure; try again later where that may help. A change that waits for a snapshot waits on."""
    async with database.write() as work:
        row = await backups.lock(work, backup_id)
        if row is None or row.state != BackupState.RUNNING:
            return
        row.error_code, row.error = str(error.code), error.detail[:DETAIL_MAX]
        if error.kept:
            await _keep_what_was_replaced(work, row, error.kept)
            row.result = {"before": error.kept, "left": list(error.left)}
        await _alert(work, row, error)
        if await _may_try_again(work, row, error):
            row.state, row.due_at = BackupState.WAITING, work.now + pause(row)
            return
        row.state, row.finished_at = BackupState.FAILED, work.now
        if row.hosting_id is not None:
            hosting = await _hosting(work, row)
            await _record(work, row, hosting, f"backup.{row.deed}_failed")
            await _tell_asker(work, row, f"cadangan.gagal_{row.deed}", _how_it_is(row, hosting, error))


def _how_it_is(row: Backup, hosting: Hosting, error: ServerError) -> dict[str, Any]:
    """Return what an asker reads of a hosting after an order about it failed."""
    unheard = row.deed == BackupAction.RESTORE and has(error.code, Trait.UNHEARD) and not error.kept
    return {"domain": hosting.domain, "unheard": unheard, "spoilt": bool(error.left), "kept": bool(error.kept)}


async def _may_try_again(work: UnitOfWork, row: Backup, error: ServerError) -> bool:
    if row.job_id is not None:
        return await backups.is_awaited(work, row)
    if row.reason == SnapshotReason.ASKED:
        return has(error.code, Trait.PASSING) and row.attempt < TRIES_ASKED
    return row.attempt < TRIES


def pause(row: Backup) -> dt.timedelta:
    """Return how long until an order that failed is tried again."""
    first, longest = (PAUSE, LONGEST_PAUSE) if row.reason == SnapshotReason.NIGHTLY else (PAUSE_ASKED, PAUSE)
    doubled: dt.timedelta = first * 2 ** min(row.attempt - 1, 10)
    return min(doubled, longest)


async def go_on_without(work: UnitOfWork, row: Backup, *, by: OrderedBy) -> bool:
    """Let a change go on without its snapshot, by an engineer's word; False where it waits no more."""
    if row.job_id is None or row.state not in backups.OPEN:
        return False
    row.state, row.finished_at = BackupState.SKIPPED, work.now
    hosting = await _hosting(work, row)
    data = {"hosting": hosting.id, "slug": hosting.slug, "backup": row.id, "job": row.job_id}
    who = {"person_id": by.person_id, "mandate_id": by.mandate_id}
    await ledger.append(work, "backup.skipped", **who, case_id=hosting.case_id, data=data)
    work.wake("jobs")
    return True


async def _keep_what_was_replaced(work: UnitOfWork, row: Backup, snapshot: str) -> None:
    """Enter the snapshot that a restore took first, so that it can be restored from too: once, for all tries."""
    values = {
        "server_id": row.server_id, "hosting_id": row.hosting_id, "deed": str(BackupAction.SNAPSHOT),
        "reason": str(SnapshotReason.BEFORE), "key": f"before:{row.id}", "request_id": f"before:{row.id}",
        "state": BackupState.DONE, "due_at": work.now, "started_at": work.now, "finished_at": work.now,
        "snapshot": snapshot,
    }  # fmt: skip
    await backups.put(work, values)


async def _record(work: UnitOfWork, row: Backup, hosting: Hosting, action: str) -> None:
    """Write the ledger's line; not of each night's snapshots, which the table keeps."""
    if row.deed == BackupAction.SNAPSHOT and row.reason == SnapshotReason.NIGHTLY:
        return
    data = {"hosting": hosting.id, "slug": hosting.slug, "backup": row.id, "reason": row.reason}
    data |= {name: value for name, value in (("snapshot", row.snapshot), ("code", row.error_code)) if value}
    if row.deed != BackupAction.SNAPSHOT:
        data["result"] = row.result
    await ledger.append(work, action, person_id=row.asked_by, case_id=hosting.case_id, data=data)


async def _tell_done(work: UnitOfWork, row: Backup, hosting: Hosting) -> None:
    if row.deed == BackupAction.DRILL:
        if row.reason == SnapshotReason.ASKED and row.result["ok"]:
            return  # the fitness test that it was made for says so
        server = await hostings.server(work, row.server_id)
        monthly = row.reason == SnapshotReason.NIGHTLY
        params = {"domain": hosting.domain, "server": server.name, "monthly": monthly, **row.result}
        for role in CARETAKERS:
            for person in await members.holders(work, role):
                await notice(work, person, "cadangan.uji", params, key=f"drill:{row.id}:{person.id}")
        return
    text = "cadangan.selesai" if row.deed == BackupAction.SNAPSHOT else "cadangan.dipulihkan"
    beside = row.data.get("beside", "")
    await _tell_asker(work, row, text, {"domain": hosting.domain, "size": row.size_bytes or 0, "beside": beside})
    if row.deed == BackupAction.RESTORE:
        await colleagues.tell_of_restore(work, row, hosting)


async def _tell_asker(work: UnitOfWork, row: Backup, text: str, params: dict[str, Any]) -> None:
    if row.asked_by is not None and row.job_id is None:
        person = await people.by_id(work, row.asked_by)
        await notice(work, person, text, params, key=f"backup:{row.id}:{row.state}")


async def _alert(work: UnitOfWork, row: Backup, error: ServerError) -> None:
    """Warn the engineers: of each change that waits and each restore, else once a day of a server and a cause."""
    day = work.now.astimezone(WITA).date()
    alone = row.job_id is not None or row.deed == BackupAction.RESTORE
    known = str(row.id) if alone else f"{row.server_id}:{error.code}:{day}"
    await tell_engineers(work, row.server_id, "backup_alert", {"backup": row.id}, key=f"backup_failed:{known}")


async def _hosting(work: UnitOfWork, row: Backup) -> Hosting:
    hosting = await hostings.get(work, row.hosting_id or 0)
    if hosting is None:
        raise LookupError(f"hosting {row.hosting_id}")
    return hosting
