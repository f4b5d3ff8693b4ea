"""What is backed up, tried out and let go of by the clock: rows are put into the queue once a night, week and month.

Level-triggered: a night that was missed is made good when the bot runs next; a key keeps each from being put twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from typing import Any

from provisioning.agent.backup.wire import BackupAction, SnapshotReason
from workflows.calendar.nights import night_of
from workflows.store import backups
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

BEGINS = dt.time(1, 30)  # WITA
SPREAD = dt.timedelta(hours=3)  # over which a night's snapshots begin
DRILL_AT = dt.time(4, 45)  # after the night's snapshots
FORGET_AT = dt.time(5, 0)
SUNDAY = 6


async def plan_the_night(database: Database) -> None:
    """Put into the queue what this night, week and month still lack."""
    async with database.read() as work:
        orders = await lacking(work, night_of(work.now))
    if orders:
        async with database.write() as work:
            for order in orders:
                await backups.put(
                    work, {"reason": str(SnapshotReason.NIGHTLY), "request_id": str(uuid.uuid4()), **order}
                )


async def lacking(work: UnitOfWork, night: dt.date) -> list[dict[str, Any]]:
    """Return the orders that this night, week and month still lack."""
    orders = [_snapshot(hosting, night) for hosting in await backups.lacking(work, night)]
    sunday = night - dt.timedelta(days=(night.weekday() - SUNDAY) % 7)
    for server in await backups.servers_kept(work):
        key = f"forget:{server.id}:{sunday}"
        if not await backups.is_put(work, key):
            orders.append({"deed": "forget", "server_id": server.id, "key": key, "due_at": _at(night, FORGET_AT)})
    return [*orders, *await _drill(work, night)]


def _snapshot(hosting: Hosting, night: dt.date) -> dict[str, Any]:
    return {
        "deed": str(BackupAction.SNAPSHOT),
        "hosting_id": hosting.id,
        "server_id": hosting.server_id,
        "key": f"nightly:{hosting.id}:{night}",
        "night": night,
        "due_at": _at(night, BEGINS) + spread(hosting.slug),
    }


async def _drill(work: UnitOfWork, night: dt.date) -> list[dict[str, Any]]:
    """Choose, once a month, one hosting at random whose newest snapshot is tried out."""
    key = f"drill:{night:%Y-%m}"
    found = [] if await backups.is_put(work, key) else await backups.drillable(work)
    kept = await backups.get(work, random.SystemRandom().choice(found)) if found else None
    if kept is None:
        return []
    order = {"deed": str(BackupAction.DRILL), "hosting_id": kept.hosting_id, "server_id": kept.server_id, "key": key}
    return [{**order, "data": {"snapshot": kept.snapshot}, "due_at": _at(night, DRILL_AT)}]


def spread(slug: str) -> dt.timedelta:
    """Return how long after the night's beginning a hosting has its turn: always the same, and all over the night."""
    share = int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4]) / 2**32
    return SPREAD * share


def _at(night: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(night, time, WITA)
