"""How long snapshots are kept: of each hosting so many days, weeks and months; of a removed one the last for a year.

What is kept is a setting of the office's (`layanan server backup-keep`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from provisioning.agent.backup.wire import KeepRule
from workflows.store import backups, ledger, settings
from workflows.store.tables import Hosting, HostingState
from workflows.store.unit_of_work import Database, UnitOfWork

SETTING = "backup.keep"


@dataclasses.dataclass(frozen=True, kw_only=True)
class RetentionRules:
    """One snapshot a day, week and month of so many of them; of a removed hosting the last one for so many days.

    So many days stay also those that a hosting which moved has on the server that it left.
    """

    daily: int = 7
    weekly: int = 4
    monthly: int = 12
    removed_days: int = 365


async def rules(work: UnitOfWork) -> RetentionRules:
    """Return the rules in force."""
    return RetentionRules(**(await settings.get(work, SETTING) or {}))


async def set_rules(work: UnitOfWork, wanted: RetentionRules) -> None:
    """Set other rules; they hold from the next Sunday's night on."""
    await settings.put(work, SETTING, dataclasses.asdict(wanted))
    await ledger.append(work, "backup.rules", data=dataclasses.asdict(wanted))


async def keeps(database: Database, server_id: int) -> list[KeepRule]:
    """Return what a server shall keep of each hosting that has snapshots there."""
    async with database.read() as work:
        wanted = await rules(work)
        found = await backups.keepers_on(work, server_id)
        return [keep_of(hosting, server_id, newest, wanted, work.now) for hosting, newest in found]


def keep_of(
    hosting: Hosting, server_id: int, newest: dt.datetime, wanted: RetentionRules, now: dt.datetime
) -> KeepRule:
    """Return what a server keeps of a hosting; of one that moved away, nothing once that is as long ago as it says.

    Pure.
    """
    is_due = now - newest > dt.timedelta(days=wanted.removed_days)
    if hosting.state == HostingState.RELEASED:
        return KeepRule(slug=hosting.slug, last=0 if is_due else 1)
    if hosting.server_id != server_id and is_due:
        return KeepRule(slug=hosting.slug)
    return KeepRule(slug=hosting.slug, daily=wanted.daily, weekly=wanted.weekly, monthly=wanted.monthly, last=1)


async def note_left(work: UnitOfWork, server_id: int, left: dict[str, Any]) -> None:
    """Note which snapshots are gone, by what the server says it has left."""
    for hosting, _ in await backups.keepers_on(work, server_id):
        if hosting.slug in left:
            await backups.mark_gone(work, server_id, hosting.id, left[hosting.slug])
