"""How the backups of a hosting are, for its card."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.agent.backup.wire import BackupAction
from workflows.store import backups
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

FRESH = dt.timedelta(days=2)  # one is made every night: an older one says that two nights failed


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupsView:
    """When the newest snapshot was taken, and what is under way ("snapshot", "restore" or nothing).

    `lacks`: there should be one and is none; `old`: the newest is older than two nights.
    """

    newest_at: dt.datetime | None
    under_way: str
    lacks: bool
    old: bool


async def backups_view(work: UnitOfWork, hosting: Hosting) -> BackupsView:
    """Return how the backups of a hosting are; a night's turn that has not come yet is not under way."""
    newest = await backups.snapshots_of(work, hosting.id, limit=1)
    under_way = ""
    for deed in (BackupAction.RESTORE, BackupAction.SNAPSHOT):
        row = await backups.open_of(work, hosting.id, deed)
        if row is not None and row.due_at <= work.now and not under_way:
            under_way = str(deed)
    newest_at, is_kept = newest[0].finished_at if newest else None, hosting.stands and hosting.copy_of is None
    return BackupsView(
        newest_at=newest_at,
        under_way=under_way,
        lacks=is_kept and newest_at is None,
        old=is_kept and newest_at is not None and newest_at < work.now - FRESH,
    )
