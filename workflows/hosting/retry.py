"""What engineers do with an order that failed: try it once more, or take it over by hand."""

from __future__ import annotations

from workflows.hosting import errands, orders
from workflows.hosting.backups.ordering import before_risky_change
from workflows.hosting.opening import new_job
from workflows.people.alerts import show_again
from workflows.people.duty import engineer
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import backups, hostings, moves
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import UnitOfWork


async def retry(work: UnitOfWork, member: Member, job_id: int) -> Job:
    """Try an order that failed once more, after a fresh snapshot where the first try had one.

    Raises `Refused`: wrong_role, no_job, job_running, plan_changed.
    """
    engineer(member)
    job, hosting = await _failed(work, job_id)
    again = new_job(work, hosting, attempt=job.attempt + 1)
    again.action, again.data, again.asked_by, again.taken_by = job.action, job.data, job.asked_by, job.taken_by
    if await _is_worth_a_snapshot(work, job):
        await before_risky_change(work, hosting, again, asked_by=job.asked_by)
    await _redraw(work, member, job, hosting)
    return again


async def _is_worth_a_snapshot(work: UnitOfWork, job: Job) -> bool:
    """Whether the failed try waited for one, and left the content as it was: days may lie between the two."""
    begun = job.error.get("begun", job.error.get("applied", False))  # a release before this one knew one fact
    errand = errands.of(job)
    left_half_done = errand is not None and errand.fills_in_place and begun
    return not left_half_done and await backups.is_of_job(work, job.id)


async def take_over(work: UnitOfWork, member: Member, job_id: int) -> Job:
    """Note that this engineer works on it by hand. Raises `Refused`: wrong_role, no_job, job_running, plan_changed."""
    engineer(member)
    job, hosting = await _failed(work, job_id)
    job.taken_by = member.person.id
    await _redraw(work, member, job, hosting)
    return job


async def _failed(work: UnitOfWork, job_id: int) -> tuple[Job, Hosting]:
    """Return an order that failed and after which nothing else was begun, a move neither."""
    found = await hostings.lock_job(work, job_id)
    if found is None or not found[0].action:
        raise Refused("no_job")
    job, hosting = found
    newest = await hostings.newest_job(work, hosting.id)
    if (newest is not None and newest.is_under_way) or await moves.is_busy(work, hosting.id):
        raise Refused("job_running")
    if newest is None or newest.id != job.id or job.state != JobState.FAILED:
        raise Refused("plan_changed", final=True)
    return job, hosting


async def _redraw(work: UnitOfWork, member: Member, job: Job, hosting: Hosting) -> None:
    """Have the alert say what was done about it, in every chat; a press may come before its message is noted."""
    own = [member.person.telegram_id] if member.person.telegram_id is not None else []
    await show_again(work, hosting.server_id, orders.subject(job.id), "order", {"job": job.id}, also=own)
