"""Which sites are to be looked at from outside, what the looks found, and the outages of a time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, delete, or_, select

from workflows.store.backups import holds_back
from workflows.store.forgetting import deleted
from workflows.store.tables import Hosting, Incident, Job, Outage, Server, SiteWatch
from workflows.store.tables.hostings import IS_NO_COPY, UNDER_WAY
from workflows.store.unit_of_work import UnitOfWork

ACTIVE = "active"


def _is_being_changed() -> ColumnElement[bool]:
    """Whether a job of a hosting is at work, or about to be; one that waits for a snapshot changes nothing yet."""
    under_way = Job.state.in_(UNDER_WAY) & ~holds_back(Job)
    return select(Job.id).where(Job.hosting_id == Hosting.id, under_way).exists()


def stands(*states: str) -> ColumnElement[bool]:
    """Whether a hosting stands, is wanted in one of these states, and is not being changed at this moment.

    Also where its last change failed: what stands then is what visitors get.
    """
    return and_(
        Hosting.stands,
        ~_is_being_changed(),
        IS_NO_COPY,
        Hosting.wanted_state.in_(states),
    )


async def is_watched(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether visitors are to find the site there now."""
    query = select(Hosting.id).where(Hosting.id == hosting_id, stands(ACTIVE))
    return await work.session.scalar(query) is not None


async def due(work: UnitOfWork, limit: int) -> list[tuple[Hosting, Server]]:
    """Return the sites whose next look is due, the longest due first."""
    query = (
        select(Hosting, Server)
        .join(Server, Server.id == Hosting.server_id)
        .outerjoin(SiteWatch, SiteWatch.hosting_id == Hosting.id)
        .where(stands(ACTIVE), or_(SiteWatch.due_at.is_(None), SiteWatch.due_at <= work.now))
        .order_by(SiteWatch.due_at.is_not(None), SiteWatch.due_at, Hosting.id)
        .limit(limit)
    )
    return [(hosting, server) for hosting, server in await work.session.execute(query)]


async def of_hosting(work: UnitOfWork, hosting_id: int) -> SiteWatch | None:
    """Return the newest look at a site."""
    return await work.session.get(SiteWatch, hosting_id)


async def all_sites(work: UnitOfWork) -> list[tuple[Hosting, Server, SiteWatch | None]]:
    """Return every site that visitors are to find, by server and domain, with the newest look at it."""
    query = (
        select(Hosting, Server, SiteWatch)
        .join(Server, Server.id == Hosting.server_id)
        .outerjoin(SiteWatch, SiteWatch.hosting_id == Hosting.id)
        .where(stands(ACTIVE))
        .order_by(Server.name, Hosting.domain)
    )
    return [(hosting, server, row) for hosting, server, row in await work.session.execute(query)]


async def incident(work: UnitOfWork, incident_id: int) -> Incident | None:
    """Return one incident."""
    return await work.session.get(Incident, incident_id)


async def open_incidents(work: UnitOfWork) -> dict[int, Incident]:
    """Return the incidents that are not over, by server."""
    found = await work.session.scalars(select(Incident).where(Incident.ended_at.is_(None)))
    return {row.server_id: row for row in found}


async def open_outages(work: UnitOfWork) -> dict[int, tuple[Outage, Hosting]]:
    """Return the outages that are not over, by hosting."""
    query = select(Outage, Hosting).join(Hosting, Hosting.id == Outage.hosting_id).where(Outage.ended_at.is_(None))
    return {hosting.id: (outage, hosting) for outage, hosting in await work.session.execute(query)}


async def open_outage(work: UnitOfWork, hosting_id: int) -> Outage | None:
    """Return the outage of a site that is not over."""
    query = select(Outage).where(Outage.hosting_id == hosting_id, Outage.ended_at.is_(None))
    return (await work.session.scalars(query.order_by(Outage.id.desc()))).first()


async def outages_of(work: UnitOfWork, incident_id: int) -> list[tuple[Outage, Hosting]]:
    """Return what belongs to an incident, by domain."""
    query = (
        select(Outage, Hosting)
        .join(Hosting, Hosting.id == Outage.hosting_id)
        .where(Outage.incident_id == incident_id)
        .order_by(Hosting.domain, Outage.id)
    )
    return [(outage, hosting) for outage, hosting in await work.session.execute(query)]


async def outages_since(work: UnitOfWork, since: dt.datetime) -> list[Outage]:
    """Return the outages that were not over at an instant, or began after it."""
    query = select(Outage).where(or_(Outage.ended_at.is_(None), Outage.ended_at > since))
    return list(await work.session.scalars(query))


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete outages of incidents that were over before `before`, and these; return how many outages."""
    over = select(Incident.id).where(Incident.ended_at < before)
    count = await deleted(work, delete(Outage).where(Outage.incident_id.in_(over)))
    await deleted(work, delete(Incident).where(Incident.ended_at < before))
    return count
