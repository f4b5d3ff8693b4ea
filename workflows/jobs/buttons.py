"""What engineers do with a job that failed (SOP step 6)."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases import notify
from workflows.cases.occasion import Occasion
from workflows.hosting.open import new_job, unwant
from workflows.refusal import Refused
from workflows.roles import ENGINEER
from workflows.store import hostings, outbox
from workflows.store.tables import Hosting, Job, JobState


async def alert_engineers(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Tell every engineer, and nobody else, which step failed and why."""
    _, job = await _present(occasion)
    for person in await notify.holders_for(occasion.work, occasion.sop, occasion.case, ENGINEER):
        if person.telegram_id is not None:
            key = f"alert:{job.id}:{person.telegram_id}"
            await outbox.put(
                occasion.work, person.telegram_id, "alert", {"job": job.id}, key=key, case_id=occasion.case.id
            )


async def retry(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Try again, as a new request; the agent converges from what was left in place."""
    hosting, job = await _present(occasion)
    fresh = new_job(occasion.work, hosting, attempt=job.attempt + 1)
    fresh.taken_by = job.taken_by


async def take_over(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Note that this engineer works on it by hand."""
    _, job = await _present(occasion)
    job.taken_by = occasion.by.person.id if occasion.by else None


async def cancel(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Give the job up: what was built is removed, and the case goes back to be assessed again."""
    hosting, job = await _present(occasion)
    if job.state == JobState.RUNNING:
        raise Refused("job_running")
    job.state = JobState.CANCELLED
    await unwant(occasion.work, hosting)


async def _present(occasion: Occasion) -> tuple[Hosting, Job]:
    hosting = await hostings.of_case(occasion.work, occasion.case.id)
    job = await hostings.newest_job(occasion.work, hosting.id) if hosting else None
    if hosting is None or job is None:
        raise Refused("no_job")
    return hosting, job
