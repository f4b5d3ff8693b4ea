"""How the backups of a hosting are, for its card."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.agent.backup.wire import Deed
from workflows.store import backups
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupsView:
    """When the newest snapshot was taken, and what is under way ("snapshot", "restore" or nothing)."""

    newest_at: dt.datetime | None
    under_way: str


async def backups_view(work: UnitOfWork, hosting_id: int) -> BackupsView:
    """Return how the backups of a hosting are; a night's turn that has not come yet is not under way."""
    newest = await backups.snapshots_of(work, hosting_id, limit=1)
    under_way = ""
    for deed in (Deed.RESTORE, Deed.SNAPSHOT):
        row = await backups.open_of(work, hosting_id, deed)
        if row is not None and row.due_at <= work.now and not under_way:
            under_way = str(deed)
    return BackupsView(newest_at=newest[0].finished_at if newest else None, under_way=under_way)
