"""Finding and keeping backups of hostings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, func, select, update

from provisioning.agent.backup.wire import BackupAction
from workflows.store.insert import insert_new
from workflows.store.tables import Backup, BackupState, Hosting, HostingState, Job, Server
from workflows.store.tables.hostings import IS_NO_COPY
from workflows.store.unit_of_work import UnitOfWork

OPEN = (BackupState.WAITING, BackupState.RUNNING)


async def put(work: UnitOfWork, values: Mapping[str, Any]) -> int | None:
    """Put an order into the queue and return its id; None where its `key` is there already."""
    given = {"attempt": 0, "data": {}, "result": {}, "state": BackupState.WAITING, "created_at": work.now, **values}
    found: int | None = await insert_new(work, Backup, given)
    work.wake("backups")
    return found


async def due(work: UnitOfWork) -> list[Backup]:
    """Return what may begin, or was left running by a process that died: what people wait for first."""
    query = select(Backup).where(Backup.state.in_(OPEN), Backup.due_at <= work.now)
    found = await work.session.scalars(query.order_by(Backup.reason == "nightly", Backup.due_at, Backup.id))
    return list(found)


async def lock(work: UnitOfWork, backup_id: int) -> Backup | None:
    """Return an order as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(Backup).where(Backup.id == backup_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def get(work: UnitOfWork, backup_id: int) -> Backup | None:
    """Return one order."""
    return await work.session.get(Backup, backup_id)


async def snapshots_of(work: UnitOfWork, hosting_id: int, *, limit: int | None = None) -> list[Backup]:
    """Return the snapshots that a hosting can be restored from where it stands, the newest first.

    Each server has a repository of its own: what was taken before a move lies on the server that was left.
    """
    query = (
        select(Backup)
        .join(Hosting, Hosting.id == Backup.hosting_id)
        .where(Backup.hosting_id == hosting_id, Backup.server_id == Hosting.server_id)
        .where(Backup.deed == BackupAction.SNAPSHOT, Backup.state == BackupState.DONE, Backup.gone_at.is_(None))
    )
    return list(await work.session.scalars(query.order_by(Backup.id.desc()).limit(limit)))


async def open_of(work: UnitOfWork, hosting_id: int, deed: str) -> Backup | None:
    """Return the newest order of this kind for a hosting that has not ended."""
    query = select(Backup).where(Backup.hosting_id == hosting_id, Backup.deed == deed, Backup.state.in_(OPEN))
    return (await work.session.scalars(query.order_by(Backup.id.desc()))).first()


async def is_of_job(work: UnitOfWork, job_id: int) -> bool:
    """Whether a job waited for a snapshot of its own."""
    return await work.session.scalar(select(Backup.id).where(Backup.job_id == job_id).limit(1)) is not None


async def let_go(work: UnitOfWork, job_id: int) -> None:
    """Skip the snapshot for which a job waited, where it has not begun."""
    waiting = update(Backup).where(Backup.job_id == job_id, Backup.state == BackupState.WAITING)
    await work.session.execute(waiting.values(state=BackupState.SKIPPED, finished_at=work.now))


async def is_awaited(work: UnitOfWork, row: Backup) -> bool:
    """Whether a job waits for an order, so that it is tried until it succeeds or somebody goes on without."""
    job = None if row.job_id is None else await work.session.get(Job, row.job_id)
    return job is not None and job.is_under_way


async def asked_since(work: UnitOfWork, hosting_id: int, since: dt.datetime) -> int:
    """Return how many snapshots people have asked for since an instant."""
    query = select(func.count()).select_from(Backup)
    query = query.where(Backup.hosting_id == hosting_id, Backup.deed == BackupAction.SNAPSHOT, Backup.reason == "asked")
    return int(await work.session.scalar(query.where(Backup.created_at >= since)) or 0)


async def servers_kept(work: UnitOfWork) -> list[Server]:
    """Return the servers whose backups have a place, by name."""
    query = select(Server).where(Server.backup_place.is_not(None)).order_by(Server.name)
    return list(await work.session.scalars(query))


async def lacking(work: UnitOfWork, night: dt.date) -> list[Hosting]:
    """Return the hostings that stand on servers with backups and have no snapshot of this night, nor wait for one."""
    has_one = exists().where(
        Backup.hosting_id == Hosting.id, Backup.deed == BackupAction.SNAPSHOT, Backup.night == night
    )
    query = (
        select(Hosting)
        .join(Server, Server.id == Hosting.server_id)
        .where(Hosting.stands, IS_NO_COPY, Server.backup_place.is_not(None), ~has_one)
    )
    return list(await work.session.scalars(query.order_by(Hosting.id)))


async def is_put(work: UnitOfWork, key: str) -> bool:
    """Whether an order of this key was put into the queue."""
    return await work.session.scalar(select(Backup.id).where(Backup.key == key)) is not None


async def keepers_on(work: UnitOfWork, server_id: int) -> list[tuple[Hosting, dt.datetime]]:
    """Return the hostings with snapshots on a server, each with the time of its newest; removed ones too."""
    query = (
        select(Hosting, func.max(Backup.finished_at))
        .join(Backup, Backup.hosting_id == Hosting.id)
        .where(Backup.server_id == server_id, Backup.deed == BackupAction.SNAPSHOT, Backup.state == BackupState.DONE)
        .where(Backup.gone_at.is_(None))
        .group_by(Hosting.id)
        .order_by(Hosting.id)
    )
    return [(hosting, newest) for hosting, newest in await work.session.execute(query) if newest is not None]


async def mark_gone(work: UnitOfWork, server_id: int, hosting_id: int, left: Collection[str]) -> None:
    """Note which snapshots of a hosting are no longer in a server's repository."""
    gone = (
        update(Backup)
        .where(Backup.server_id == server_id, Backup.hosting_id == hosting_id)
        .where(Backup.deed == BackupAction.SNAPSHOT, Backup.state == BackupState.DONE)
        .where(Backup.gone_at.is_(None), Backup.snapshot.not_in(left))
        .values(gone_at=work.now)
    )
    await work.session.execute(gone)


async def drillable(work: UnitOfWork) -> list[int]:
    """Return the newest snapshot (its row's id) of each hosting that stands, on the server where it stands."""
    query = (
        select(func.max(Backup.id))
        .join(Hosting, Hosting.id == Backup.hosting_id)
        .where(
            Hosting.state == HostingState.WANTED,
            Backup.deed == BackupAction.SNAPSHOT,
            Backup.state == BackupState.DONE,
            Backup.gone_at.is_(None),
        )
        .where(Backup.server_id == Hosting.server_id)
        .group_by(Backup.hosting_id)
        .order_by(Backup.hosting_id)
    )
    return list(await work.session.scalars(query))


async def tried_at(work: UnitOfWork, hosting_id: int) -> dt.datetime | None:
    """Return when a snapshot was last given back: by a restore of more than one file, or a drill without a fault."""
    query = select(Backup).where(
        Backup.hosting_id == hosting_id,
        Backup.deed.in_((BackupAction.RESTORE, BackupAction.DRILL)),
        Backup.state == BackupState.DONE,
    )
    rows = list(await work.session.scalars(query.order_by(Backup.finished_at.desc())))
    return next((row.finished_at for row in rows if _proves(row)), None)


def _proves(row: Backup) -> bool:
    return bool(row.result.get("ok")) if row.deed == BackupAction.DRILL else row.data.get("part") != "path"


def holds_back(job: type[Job]) -> Any:
    """Return the condition that a job waits for a snapshot."""
    return exists(select(Backup.id).where(Backup.job_id == job.id, Backup.state.in_(OPEN)))
