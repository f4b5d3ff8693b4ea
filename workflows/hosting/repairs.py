"""Perbaiki: a drifted hosting is brought back to what is wanted, by exactly the plan that was shown."""

from __future__ import annotations

from provisioning.plan import Plan
from workflows.hosting.drift_check import DriftCheck, keep_check
from workflows.hosting.opening import new_job
from workflows.people.alerts import show_again, tell_engineers
from workflows.people.duty import engineer
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings, ledger, observations
from workflows.store.tables import Hosting, HostingState, Job, JobState
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


async def order_repair(work: UnitOfWork, member: Member, hosting: Hosting, shown: str) -> Job:
    """Set up the job that applies the plan whose hash begins with `shown`.

    Raises `Refused`: wrong_role, job_running, plan_changed (another plan stands by now, or none).
    """
    mandate = engineer(member)
    await hostings.lock(work, hosting.id)  # two may ask at once: one job
    if await hostings.is_busy(work, hosting.id):
        raise Refused("job_running")
    observation = await observations.of_hosting(work, hosting.id)
    stands = observation is not None and observation.drift and observation.revision == hosting.wanted_revision
    if observation is None or not stands or hosting.state != HostingState.WANTED:
        raise Refused("plan_changed", final=True)
    if observation.plan_hash is None or not shown or not observation.plan_hash.startswith(shown):
        raise Refused("plan_changed", final=True)
    job = new_job(work, hosting)
    job.plan_hash, job.asked_by, job.step = observation.plan_hash, member.person.id, ""
    await work.flush()
    data = {"hosting": hosting.id, "slug": hosting.slug, "job": job.id, "plan": job.plan_hash}
    await ledger.append(
        work,
        "hosting.repair_asked",
        person_id=member.person.id,
        mandate_id=mandate.id,
        case_id=hosting.case_id,
        data=data,
    )
    await show_repair(work, job, hosting)
    return job


async def is_in_step(work: UnitOfWork, hosting: Hosting) -> None:
    """Note that a hosting was just made as it is wanted; what was found before is over."""
    if await observations.of_hosting(work, hosting.id) is not None:
        nothing = Plan(slug=hosting.slug, basis="", changes=())
        await keep_check(work, hosting, DriftCheck(revision=hosting.wanted_revision, plan=nothing))
        await redraw(work, hosting)


async def succeeded(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Note that a repair was done and looked at from outside."""
    await _note(work, "hosting.repaired", job, hosting)


async def failed(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Note that a repair failed, and alert the engineers."""
    await _note(work, "hosting.repair_failed", job, hosting)


async def _note(work: UnitOfWork, action: str, job: Job, hosting: Hosting) -> None:
    data = {"hosting": hosting.id, "slug": hosting.slug, "job": job.id, "plan": job.plan_hash}
    if job.error_code:
        data["code"] = job.error_code
    await ledger.append(work, action, person_id=job.asked_by, case_id=hosting.case_id, data=data)
    await show_repair(work, job, hosting)


async def show_repair(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Have the engineers' message about a repair redrawn: its bar, how it ended, what may be done about it."""
    key = f"repair:{job.id}:{job.step}:{job.done}:{job.state}"
    shown: MessageParams = {"job": job.id, "loud": job.state == JobState.FAILED}
    steps = job.state == JobState.RUNNING
    await tell_engineers(work, hosting.server_id, "repair", shown, key=key, in_group=not steps)


async def redraw(work: UnitOfWork, hosting: Hosting) -> None:
    """Have the messages that tell of a hosting's drift show how it is now."""
    server_id = hosting.server_id
    await show_again(work, server_id, f"drift:{server_id}", "drift", {"server": server_id})
    server = await observations.of_server(work, hosting.server_id)
    observation = await observations.of_hosting(work, hosting.id)
    if server is not None and (observation is None or observation.drift is None):  # seen to by somebody: no news
        drifts = {key: drift for key, drift in server.told.get("drifts", {}).items() if key != str(hosting.id)}
        server.told = {**server.told, "drifts": drifts}
