"""Which sites are to be looked through, where each look stands, and what is suspected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from workflows.store.forgetting import deleted
from workflows.store.tables import Hosting, HostingState, Inspection, Server, SuspectFinding
from workflows.store.unit_of_work import UnitOfWork
from workflows.store.uptime import ACTIVE, stands

OPEN, DISMISSED, GONE = "open", "dismissed", "gone"
SUSPENDED = "suspended"


async def due(work: UnitOfWork, what: str, limit: int) -> Sequence[tuple[Hosting, Server, Inspection | None]]:
    """Return the sites whose `pages` or `files` are due, the longest due first.

    A suspended site's files are looked through as before, for somebody may be cleaning up.
    """
    moment = Inspection.pages_due_at if what == "pages" else Inspection.files_due_at
    states = (ACTIVE,) if what == "pages" else (ACTIVE, SUSPENDED)
    query = (
        select(Hosting, Server, Inspection)
        .join(Server, Server.id == Hosting.server_id)
        .outerjoin(Inspection, Inspection.hosting_id == Hosting.id)
        .where(stands(*states), or_(moment.is_(None), moment <= work.now))
        .order_by(moment.is_not(None), moment, Hosting.id)
        .limit(limit)
    )
    return [(hosting, server, row) for hosting, server, row in await work.session.execute(query)]


async def of_hosting(work: UnitOfWork, hosting_id: int) -> Inspection | None:
    """Return where the looks at a hosting stand."""
    return await work.session.get(Inspection, hosting_id)


async def finding(work: UnitOfWork, finding_id: int) -> SuspectFinding | None:
    """Return one finding."""
    return await work.session.get(SuspectFinding, finding_id)


async def by_fingerprint(work: UnitOfWork, hosting_id: int, fingerprint: str) -> SuspectFinding | None:
    """Return what was found and is exactly this."""
    query = select(SuspectFinding).where(
        SuspectFinding.hosting_id == hosting_id, SuspectFinding.fingerprint == fingerprint
    )
    return (await work.session.scalars(query)).first()


async def open_about(work: UnitOfWork, hosting_id: int, kind: str, subject: str) -> SuspectFinding | None:
    """Return what is suspected of one page or file now."""
    query = select(SuspectFinding).where(
        SuspectFinding.hosting_id == hosting_id,
        SuspectFinding.state == OPEN,
        SuspectFinding.kind == kind,
        SuspectFinding.subject == subject,
    )
    return (await work.session.scalars(query)).first()


async def open_of(work: UnitOfWork, hosting_id: int) -> list[SuspectFinding]:
    """Return all that is suspected of a hosting now, the gravest first."""
    query = select(SuspectFinding).where(SuspectFinding.hosting_id == hosting_id, SuspectFinding.state == OPEN)
    return list(await work.session.scalars(query.order_by(SuspectFinding.score.desc(), SuspectFinding.id)))


async def suspected(work: UnitOfWork) -> list[tuple[Hosting, int]]:
    """Return the hostings that stand and are suspected of something, with of how much, by domain."""
    counted = (
        select(SuspectFinding.hosting_id, func.count().label("count"))
        .where(SuspectFinding.state == OPEN)
        .group_by(SuspectFinding.hosting_id)
        .subquery()
    )
    query = select(Hosting, counted.c.count).join(counted, counted.c.hosting_id == Hosting.id).where(Hosting.stands)
    return [(hosting, count) for hosting, count in await work.session.execute(query.order_by(Hosting.domain))]


async def settle_pages(work: UnitOfWork, hosting_id: int, seen_well: Collection[str]) -> int:
    """Note that nothing is to be said of these addresses any more; return of how many there was."""
    mine = (SuspectFinding.kind == "page", SuspectFinding.subject.in_(seen_well))
    return await _gone(work, hosting_id, *mine)


async def settle_files(work: UnitOfWork, hosting_id: int, since: dt.datetime) -> int:
    """Note that files which a whole pass that began then has not found are gone; return how many."""
    return await _gone(work, hosting_id, SuspectFinding.kind == "file", SuspectFinding.seen_at < since)


async def _gone(work: UnitOfWork, hosting_id: int, *which: object) -> int:
    await work.flush()
    condition = (SuspectFinding.hosting_id == hosting_id, SuspectFinding.state == OPEN, *which)
    query = update(SuspectFinding).where(*condition).values(state=GONE, settled_at=work.now)  # type: ignore[arg-type]
    done = await work.session.execute(query.returning(SuspectFinding.id))
    return len(done.all())


async def settled_pages(work: UnitOfWork, before: dt.datetime, *, with_fact: str) -> list[SuspectFinding]:
    """Return the findings about pages that were settled before `before`, or whose hosting is gone, with this fact."""
    rows = await work.session.scalars(select(SuspectFinding).where(SuspectFinding.kind == "page", _over(before)))
    return [row for row in rows if row.facts.get(with_fact)]


async def facts_of_pages(work: UnitOfWork) -> list[dict[str, Any]]:
    """Return what is known of each suspected page."""
    return list(await work.session.scalars(select(SuspectFinding.facts).where(SuspectFinding.kind == "page")))


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete findings that were settled and last seen before `before`; return how many.

    What was set aside and is still seen stays: it would be told anew.
    """
    return await deleted(work, delete(SuspectFinding).where(_over(before)))


def _over(before: dt.datetime) -> ColumnElement[bool]:
    gone = select(Hosting.id).where(Hosting.state == HostingState.RELEASED)
    settled = (SuspectFinding.state != OPEN) & (SuspectFinding.settled_at < before)
    return (SuspectFinding.seen_at < before) & or_(settled, SuspectFinding.hosting_id.in_(gone))
