"""Backup orders that something overtook before their turn: the hosting is gone, moved, or no longer the asker's."""

from __future__ import annotations

from provisioning.agent.backup.wire import BackupAction
from workflows.hosting import rights
from workflows.hosting.backups.ordering import RESTORE, has_place
from workflows.people import members
from workflows.people.notices import notice
from workflows.store import ledger, people
from workflows.store.tables import Backup, BackupState, Hosting, HostingState
from workflows.store.unit_of_work import UnitOfWork

STANDS = (HostingState.WANTED, HostingState.LEAVING)


async def is_put_aside(work: UnitOfWork, row: Backup, hosting: Hosting) -> bool:
    """Whether an order is not carried out now; it is ended then, or waits for its turn where the hosting stands.

    A restore that already runs is gone on with: its asker was looked at when it began.
    """
    if hosting.state not in STANDS:
        _end(work, row)
    elif row.server_id != hosting.server_id:
        await _moved(work, row, hosting)
    elif (
        row.deed == BackupAction.RESTORE
        and row.state == BackupState.WAITING
        and not await _may_still(work, row, hosting)
    ):
        await _drop(work, row, hosting, "cadangan.bukan_wewenang")
    else:
        return False
    return True


async def _moved(work: UnitOfWork, row: Backup, hosting: Hosting) -> None:
    """Take the snapshot where the hosting stands now; what concerns the copy that it left is over."""
    if row.deed == BackupAction.SNAPSHOT and await has_place(work, hosting):
        row.server_id, row.state = hosting.server_id, BackupState.WAITING
        work.wake("backups")
    elif row.deed == BackupAction.RESTORE:
        await _drop(work, row, hosting, "cadangan.sudah_pindah")
    else:
        _end(work, row)


async def _may_still(work: UnitOfWork, row: Backup, hosting: Hosting) -> bool:
    """Whether who asked for a restore may ask for it today: the hosting may be another OPD's by now."""
    if row.asked_by is None:
        return True
    asker = await members.member(work, await people.by_id(work, row.asked_by))
    state = hosting.spec.state
    found = rights.may_order(RESTORE.right, asker.mandates, opd_id=hosting.opd_id, state=state)
    return not isinstance(found, rights.Denial)


async def _drop(work: UnitOfWork, row: Backup, hosting: Hosting, text: str) -> None:
    """End a restore undone, and say so to who asked for it."""
    _end(work, row)
    data = {"hosting": hosting.id, "slug": hosting.slug, "backup": row.id}
    await ledger.append(work, "backup.restore_dropped", case_id=hosting.case_id, data=data)
    if row.asked_by is not None:
        asker = await people.by_id(work, row.asked_by)
        await notice(work, asker, text, {"domain": hosting.domain}, key=f"backup:{row.id}:{row.state}")


def _end(work: UnitOfWork, row: Backup) -> None:
    row.state, row.finished_at = BackupState.SKIPPED, work.now
