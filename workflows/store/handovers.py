"""Finding the handovers of hostings whose database still has the password that it had before."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import UnitOfWork


async def newest_done(
    work: UnitOfWork, action: str, opd_ids: Collection[int] | None = None
) -> list[tuple[Job, Hosting]]:
    """Return the last handover (`action`) of each hosting that stands with a database, of some OPDs or of all."""
    query = select(Job, Hosting).join(Hosting, Hosting.id == Job.hosting_id)
    query = query.where(Job.action == action, Job.state == JobState.DONE, Hosting.stands)
    query = query.where(Hosting.spec_data["database"].as_boolean())
    if opd_ids is not None:
        query = query.where(Hosting.opd_id.in_(opd_ids))
    found = {hosting.id: (job, hosting) for job, hosting in await work.session.execute(query.order_by(Job.id))}
    return list(found.values())


async def done_since(work: UnitOfWork, job: Job, action: str) -> list[Job]:
    """Return what an action has done to a job's hosting after it, oldest first."""
    query = select(Job).where(Job.hosting_id == job.hosting_id, Job.id > job.id, Job.state == JobState.DONE)
    return list(await work.session.scalars(query.where(Job.action == action).order_by(Job.id)))
