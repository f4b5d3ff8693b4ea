"""What is seen of a hosting's backups: whether the repository holds a new one, and whether one was given back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from workflows import servers, words
from workflows.hosting.backups import ordering
from workflows.office import Office
from workflows.store import backups
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import Database, UnitOfWork

PRESENT, TRIED = "backup_present", "restore_tried"
ITEMS = (PRESENT, TRIED)
FRESH = dt.timedelta(days=2)  # of the newest snapshot: one night may be missed
TRIED_FOR = dt.timedelta(days=365)  # how long a restore or a drill counts
Seen = dict[str, dict[str, Any]]  # by the item's id: ok, detail


async def look_at(office: Office, database: Database, server: Server, hosting: Hosting) -> Seen:
    """Return both items; without the first where the server cannot be asked, so that nothing is judged by it."""
    async with database.read() as work:
        tried_at, now = await backups.tried_at(work, hosting.id), work.now
    is_tried = tried_at is not None and now - tried_at <= TRIED_FOR
    tried = {TRIED: {"ok": is_tried, "detail": _day(tried_at) if tried_at else ""}}
    if server.backup_place is None:
        return {PRESENT: {"ok": False, "detail": ""}, **tried}
    try:
        held = await office.fleet.backups.snapshots(servers.address(server), hosting.spec)
    except ProvisioningError as error:
        lost = {PRESENT: {"ok": False, "detail": str(error.code)}}
        return tried | (lost if error.code is ErrorCode.BACKUP_UNREACHABLE else {})
    if held.newest_at is None:
        return {PRESENT: {"ok": False, "detail": ""}, **tried}
    detail = f"{_day(held.newest_at)} ({held.count})"
    return {PRESENT: {"ok": now - held.newest_at <= FRESH, "detail": detail}, **tried}


def _day(at: dt.datetime) -> str:
    return words.date(at.astimezone(words.WITA).date())


async def try_what_lacks(work: UnitOfWork, hosting: Hosting, seen: Seen, fitness_id: int) -> None:
    """Have a snapshot tried out, once for a fitness test, where that was not done yet."""
    if not seen.get(TRIED, {"ok": True})["ok"]:
        await ordering.drill(work, hosting, key=f"drill:fitness:{fitness_id}")
