"""What a finished job means for its hosting and its case: one transaction each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, cast

from provisioning.plan import Applied, Usage
from provisioning.verification.verify import Verification
from workflows.casework.report_event import report
from workflows.fitness import handover
from workflows.fitness.backups_seen import Seen
from workflows.hosting import certificates, errands, repairs, suspension
from workflows.hosting.front_page import FrontPages, ended_of
from workflows.hosting.server_capacity import LIMITS
from workflows.jobs import met_later, order_completion
from workflows.jobs.progress import show_progress
from workflows.office import Office
from workflows.people.alerts import say_to_engineers
from workflows.store import hostings, ledger
from workflows.store.tables import Hosting, HostingState, Job, JobState
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import Database, UnitOfWork

VERIFY_FAILED = "verify_failed"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a job failed. `code` is a `provisioning.plan.ErrorCode` or `VERIFY_FAILED`; `detail` holds no secret.

    `applied`: the agent has made the hosting as it is wanted; what failed was to be done or seen after that. `begun`:
    that was the order's errand, and the server may have done some of it.
    """

    code: str
    step: str
    detail: str
    left: tuple[str, ...] = ()
    applied: bool = False
    begun: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Success:
    """What a job that went well ends with: what the agent did, what was seen from outside, what the hosting takes.

    `errand` is what else an order had done there (`workflows.hosting.errands`), `page` the status that visitors of its
    first page got in the end. `stranger` is what was seen of a site that is to be handed over (`fitness.handover`).
    """

    applied: Applied
    verification: Verification
    usage: Usage | None
    errand: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    page: int | None = None
    stranger: Seen = dataclasses.field(default_factory=dict)


async def succeeded(office: Office, database: Database, job_id: int, found: Success) -> None:
    """Note that the hosting is as wanted, and move its case on."""
    async with database.write() as work:
        job, hosting = await _both(work, job_id)
        if job.state != JobState.RUNNING:
            return
        job.state, job.finished_at, job.done = JobState.DONE, work.now, job.total
        hosting.applied_revision = job.wanted_revision
        if hosting.state == HostingState.LEAVING:
            hosting.state = HostingState.RELEASED
            if job.action:
                await order_completion.done(office, work, job, hosting, found.applied.plan.hash)
        else:
            hosting.applied = kept(found, work.now) | {LIMITS: dataclasses.asdict(hosting.spec.limits)}
            await repairs.is_in_step(work, hosting)
            await _went_well(office, work, job, hosting, found)
            await met_later.end_met(office, work, job, hosting, found.applied.plan.hash)
        await suspension.carry_out(office, work, hosting)


async def _went_well(office: Office, work: UnitOfWork, job: Job, hosting: Hosting, found: Success) -> None:
    if job.plan_hash is not None:
        await repairs.succeeded(work, job, hosting)
        return
    if job.action:
        front = _front(job, found, work.now).to_data()
        job.data = {**job.data, **cast("JobData", found.errand), "front": front}
        await order_completion.done(office, work, job, hosting, found.applied.plan.hash, unseen=found.verification.said)
        return
    data = {"hosting": hosting.id, "slug": hosting.slug, "plan": found.applied.plan.hash}
    await ledger.append(work, "hosting.applied", case_id=hosting.case_id, data=data)
    await handover.note(work, hosting, found.stranger, files=found.usage.inodes if found.usage else None)
    await report(office, work, hosting.case_id, "hosting_ready")
    await show_progress(work, job)


async def failed(office: Office, database: Database, job_id: int, failure: Failure, server_log: str) -> None:
    """Note a failure; the case's engineers are alerted by the SOP's own event."""
    async with database.write() as work:
        job, hosting = await _both(work, job_id)
        if not job.is_under_way:
            return
        job.state, job.finished_at = JobState.FAILED, work.now
        job.error_code = failure.code
        job.error = dataclasses.asdict(failure) | {"server_log": server_log}
        if failure.applied:
            hosting.applied_revision = job.wanted_revision
        if hosting.state == HostingState.LEAVING:
            await _remove_again(work, job, hosting)
            return
        await _went_wrong(office, work, job, hosting, failure)
        await suspension.carry_out(office, work, hosting)


def stands_nevertheless(job: Job) -> bool:
    """Whether all that a failed order asked for is on its server, and was not seen from outside."""
    return bool((job.error or {}).get("applied")) and errands.of(job) is None


async def _went_wrong(office: Office, work: UnitOfWork, job: Job, hosting: Hosting, failure: Failure) -> None:
    if job.plan_hash is not None:
        await repairs.failed(work, job, hosting)
        return
    if job.action:
        await order_completion.failed(office, work, job, hosting)
        return
    data = {"hosting": hosting.id, "job": job.id, "code": failure.code, "step": failure.step}
    await ledger.append(work, "hosting.failed", case_id=hosting.case_id, data=data)
    await report(office, work, hosting.case_id, "hosting_failed")
    await show_progress(work, job)


def _front(job: Job, found: Success, now: dt.datetime) -> FrontPages:
    """Return what visitors met before an order and meet after it."""
    ended = ended_of(_certificate(found), now) if found.page is not None else None
    return dataclasses.replace(FrontPages.of(job), after=found.page, ended=ended)


def _certificate(found: Success) -> dict[str, str]:
    return next((dict(check.facts) for check in found.verification.checks if check.name == "https"), {})


async def _remove_again(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Go on removing what was given up: no case waits for it, so nobody would press a button. Engineers hear once."""
    if job.attempt == 1:
        params = {"domain": hosting.domain, "code": job.error_code}
        await say_to_engineers(work, hosting.server_id, "kabar.penghapusan_gagal", params, case_id=hosting.case_id)
    job.state, job.attempt, job.request_id = JobState.WAITING, job.attempt + 1, str(uuid.uuid4())


async def _both(work: UnitOfWork, job_id: int) -> tuple[Job, Hosting]:
    found = await hostings.lock_job(work, job_id)
    if found is None:
        raise LookupError(f"job {job_id}")
    return found


def kept(found: Success, now: dt.datetime) -> dict[str, Any]:
    """Return what is kept of a look at a hosting that is as wanted."""
    checks = found.verification.checks
    return {
        "facts": dict(found.applied.facts),
        "checks": [{"id": check.name, "ok": check.ok, "facts": dict(check.facts)} for check in checks],
        "certificate": _certificate(found),
        "usage": found.usage.to_data() if found.usage else {},
        certificates.SHOWN: certificates.of_usage(found.usage),
        "verified_at": now.isoformat(),
    }
