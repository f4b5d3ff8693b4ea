"""Carries backup orders out, one at a time on a server, until none is left; nothing is lost with the process.

An order that a dead process left running is taken again under the same request id: the agent answers what it has done,
or goes on with it. The jobs that change hostings go their own way meanwhile.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import structlog

from provisioning.agent.backup.wire import BackupAction, BackupOrder, SnapshotReason
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from workflows import isolation, servers
from workflows.hosting.backups import outcome, retention, superseded
from workflows.isolation import WorkKind, isolated
from workflows.office import Office
from workflows.store import backups, hostings, leases
from workflows.store.tables import Backup, BackupState, Hosting, Server
from workflows.store.unit_of_work import Database

SWEEP_SECONDS = 10.0
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupInput:
    """An order with all that it needs, read in one transaction."""

    row: Backup
    server: Server
    hosting: Hosting | None


async def run_backups(office: Office, database: Database) -> None:
    """Carry orders out for as long as the process lives; servers work side by side."""
    busy: set[int] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            async with database.read() as work:
                resting = await isolation.put_off(work, WorkKind.BACKUP)
                due = [row for row in await backups.due(work) if row.id not in resting]
            next_on = {row.server_id: row for row in reversed(due)}  # one try a server, however many wait there
            for server_id, row in next_on.items():
                if server_id not in busy and await _claim(database, server_id):
                    busy.add(server_id)
                    group.create_task(_run_and_free(office, database, busy, row))
            await database.wait("backups", SWEEP_SECONDS)


async def _run_and_free(office: Office, database: Database, busy: set[int], row: Backup) -> None:
    async with isolated(database, WorkKind.BACKUP, row.id):
        await run_one(office, database, row.id)
    async with database.write() as work:
        await leases.give_up(work, _lease(row.server_id))
        work.wake("backups")
    busy.discard(row.server_id)
    database.wake("backups")


async def _claim(database: Database, server_id: int) -> bool:
    async with database.write() as work:
        return await leases.take(work, _lease(server_id))


def _lease(server_id: int) -> str:
    return f"backup:{server_id}"


async def run_one(office: Office, database: Database, backup_id: int) -> None:
    """Carry one order out and note what came of it."""
    taken = await _take(database, backup_id)
    if taken is None:
        return
    named = {"backup": backup_id, "deed": taken.row.deed, "server": taken.server.name}
    try:
        result = await _ask(office, database, taken)
    except ProvisioningError as error:
        log.info("backup_failed", **named, code=str(error.code))
        await outcome.failed(database, backup_id, error)
    except Exception as defect:
        log.exception("backup_defect", **named)
        await outcome.failed(database, backup_id, ProvisioningError(ErrorCode.INTERNAL, type(defect).__name__))
    else:
        log.info("backup_done", **named)
        await outcome.succeeded(database, backup_id, result)


async def _take(database: Database, backup_id: int) -> BackupInput | None:
    """Return an order to be carried out; one that is not to be done any more is ended (`superseded`)."""
    async with database.write() as work:
        row = await backups.lock(work, backup_id)
        if row is None or row.state not in backups.OPEN:
            return None
        hosting = None if row.hosting_id is None else await hostings.get(work, row.hosting_id)
        if hosting is not None and await superseded.is_put_aside(work, row, hosting):
            return None
        row.state, row.started_at, row.attempt = BackupState.RUNNING, row.started_at or work.now, row.attempt + 1
        return BackupInput(row=row, server=await hostings.server(work, row.server_id), hosting=hosting)


async def _ask(office: Office, database: Database, taken: BackupInput) -> dict[str, Any]:
    at, row = servers.address(taken.server), taken.row
    if taken.hosting is None:
        return {"left": await office.fleet.backups.forget(at, await retention.keeps(database, row.server_id))}
    spec = taken.hosting.spec
    if row.deed == BackupAction.SNAPSHOT:
        snapshot = await office.fleet.backups.snapshot(at, spec, SnapshotReason(row.reason), order_id=row.request_id)
        return dataclasses.asdict(snapshot)
    if row.deed == BackupAction.RESTORE:
        order = BackupOrder.from_data(row.data)
        return dataclasses.asdict(await office.fleet.backups.restore(at, spec, order, order_id=row.request_id))
    drilled = await office.fleet.backups.drill(at, spec, row.data["snapshot"], order_id=row.request_id)
    return {**dataclasses.asdict(drilled), "ok": drilled.ok}
