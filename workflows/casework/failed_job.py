"""What engineers do with a job that failed (SOP step 6)."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases.case_context import CaseContext
from workflows.hosting.opening import new_job, unwant
from workflows.people.alerts import tell_engineers
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.tables.messages import MessageParams


async def alert_engineers(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Tell every engineer, and nobody else, which step failed and why."""
    hosting, job = await _present(context)
    about, key = MessageParams(job=job.id), f"alert:{job.id}"
    await tell_engineers(context.work, hosting.server_id, "alert", about, key=key, case_id=context.case.id)


async def retry(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Try again, as a new request; the agent converges from what was left in place."""
    hosting, job = await _present(context)
    fresh = new_job(context.work, hosting, attempt=job.attempt + 1)
    fresh.taken_by = job.taken_by


async def take_over(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Note that this engineer works on it by hand."""
    _, job = await _present(context)
    job.taken_by = context.by.person.id if context.by else None


async def cancel(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Give the job up: what was built is removed, and the case goes back to be assessed again."""
    hosting, job = await _present(context)
    if job.state == JobState.RUNNING:
        raise Refused("job_running")
    job.state = JobState.CANCELLED
    await unwant(context.work, hosting)


async def _present(context: CaseContext) -> tuple[Hosting, Job]:
    hosting = await hostings.of_case(context.work, context.case.id)
    job = await hostings.newest_job(context.work, hosting.id) if hosting else None
    if hosting is None or job is None:
        raise Refused("no_job")
    return hosting, job
