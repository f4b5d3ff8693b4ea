"""A job as engineers see it, and as the OPD does."""

from __future__ import annotations

import dataclasses

from workflows.store import hostings, people
from workflows.store.tables import Case, Hosting, Job, Server
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class JobView:
    """A job with what it is about. `taken_by` names the engineer who took it over."""

    job: Job
    hosting: Hosting
    case: Case
    server: Server
    taken_by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class OrderView:
    """The job of an order. `stands`: nothing was begun on the hosting since, so it can be tried again."""

    job: Job
    hosting: Hosting
    server: Server
    taken_by: str
    stands: bool


async def order_view(work: UnitOfWork, job_id: int) -> OrderView | None:
    """Return the job of an order, or None where there is none of that number."""
    job = await hostings.job(work, job_id)
    hosting = await hostings.get(work, job.hosting_id) if job and job.action else None
    if job is None or hosting is None:
        return None
    newest = await hostings.newest_job(work, hosting.id)
    return OrderView(
        job=job,
        hosting=hosting,
        server=await hostings.server(work, hosting.server_id),
        taken_by=(await people.by_id(work, job.taken_by)).name if job.taken_by else "",
        stands=newest is not None and newest.id == job.id,
    )


async def job_view(work: UnitOfWork, job_id: int) -> JobView | None:
    """Return a job, or None where there is none."""
    job = await hostings.job(work, job_id)
    hosting = await hostings.get(work, job.hosting_id) if job else None
    case = await hostings.case_of(work, hosting) if hosting else None
    if job is None or hosting is None or case is None:
        return None
    taken = (await people.by_id(work, job.taken_by)).name if job.taken_by else ""
    server = await hostings.server(work, hosting.server_id)
    return JobView(job=job, hosting=hosting, case=case, server=server, taken_by=taken)


async def job_of_case(work: UnitOfWork, case_id: int) -> JobView | None:
    """Return the newest job of a case's hosting."""
    hosting = await hostings.of_case(work, case_id)
    job = await hostings.newest_job(work, hosting.id) if hosting else None
    return await job_view(work, job.id) if job else None
