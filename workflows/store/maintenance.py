"""Keeping notes of maintenance, and finding them with the repairs that were made by button."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import Hosting, Job, MaintenanceNote, Person, Server
from workflows.store.unit_of_work import UnitOfWork


async def notes(work: UnitOfWork, limit: int) -> list[tuple[MaintenanceNote, str, str, str]]:
    """Return the newest notes by day, each with the server's name, the hosting's domain ("" for none) and by whom."""
    query = (
        select(MaintenanceNote, Server.name, Hosting.domain, Person.name)
        .join(Server, Server.id == MaintenanceNote.server_id)
        .outerjoin(Hosting, Hosting.id == MaintenanceNote.hosting_id)
        .join(Person, Person.id == MaintenanceNote.person_id)
        .order_by(MaintenanceNote.day.desc(), MaintenanceNote.id.desc())
    )
    return [
        (row, server, domain or "", by) for row, server, domain, by in await work.session.execute(query.limit(limit))
    ]


async def of_server(work: UnitOfWork, server_id: int, limit: int) -> list[tuple[MaintenanceNote, str, str]]:
    """Return the newest notes of one server, each with its hosting's domain ("" for none) and by whom."""
    query = (
        select(MaintenanceNote, Hosting.domain, Person.name)
        .outerjoin(Hosting, Hosting.id == MaintenanceNote.hosting_id)
        .join(Person, Person.id == MaintenanceNote.person_id)
        .where(MaintenanceNote.server_id == server_id)
        .order_by(MaintenanceNote.day.desc(), MaintenanceNote.id.desc())
    )
    return [(row, domain or "", by) for row, domain, by in await work.session.execute(query.limit(limit))]


async def repairs(work: UnitOfWork, limit: int) -> list[tuple[Job, str, str, str]]:
    """Return the newest repairs that ended, each with the server's name, the hosting's domain and who asked for it."""
    query = (
        select(Job, Server.name, Hosting.domain, Person.name)
        .join(Hosting, Hosting.id == Job.hosting_id)
        .join(Server, Server.id == Hosting.server_id)
        .join(Person, Person.id == Job.asked_by)
        .where(Job.plan_hash.is_not(None), Job.finished_at.is_not(None))
        .order_by(Job.id.desc())
    )
    return [(row, server, domain, by) for row, server, domain, by in await work.session.execute(query.limit(limit))]
