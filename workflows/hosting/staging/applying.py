"""Terapkan ke situs: what was tried on a copy takes the place of what the site holds.

One order of the site in three stages, each a job of its own: after a backup all is made ready while the site is open;
then it is closed for the moments in which files and data are exchanged; then it is opened again. Where that failed the
server first finishes the way back: opened is only what holds what it held. Whoever ordered hears of the last one.
"""

from __future__ import annotations

import dataclasses
import enum
import uuid
from typing import Any

from provisioning.agent.staging.wire import STEP as COPYING
from provisioning.error_traits import Trait, has
from provisioning.fleet import ServerAddress
from provisioning.spec import State
from workflows.hosting import colleagues, orders
from workflows.hosting.action import Errand, JobAction, ReleasedDomains, Stages
from workflows.hosting.backups.ordering import before_risky_change, has_place
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import OF_ITS_OPD, Right, SiteKind
from workflows.hosting.staging import filling, pair
from workflows.hosting.staging.filling import FillData
from workflows.hosting.staging.lifecycle import APPLIES
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import suspensions
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.tables.hostings import UNFINISHED
from workflows.store.unit_of_work import UnitOfWork


class Stage(enum.StrEnum):
    """What a job of the order is for."""

    READY = "ready"
    PUT = "put"
    DONE = "done"
    BACK = "back"
    UNDONE = "undone"


class ApplyData(FillData, total=False):
    """What each job of the order keeps: that of the first, and what was done since."""

    stage: str  # a `Stage`
    copy: str  # the copy's domain
    database: bool  # whether its data are put over the site's, too
    untouched: bool  # what was made ready is taken away, and the site holds what it held
    stays_closed: str  # why the site is not opened at the end; "" where it is


async def order_apply(office: Office, work: UnitOfWork, copy: Hosting, *, database: bool, by: OrderedBy) -> Job:
    """Have a copy's files, and its data where wanted, put over its site.

    Raises `Refused`: no_hosting, hosting_busy, copy_parted, wrong_hosting_state, no_database, no_backup_place.
    """
    site, present = await pair.locked_pair(work, copy)
    spec = site.spec
    if spec.state is not State.ACTIVE:
        raise Refused("wrong_hosting_state")
    if database and not (spec.database and present.spec.database):
        raise Refused("no_database")
    if not await has_place(work, site):
        raise Refused("no_backup_place")
    data: ApplyData = {
        "source": present.slug,
        "copy": present.domain,
        "database": database,
        "stage": str(Stage.READY),
        "put": str(uuid.uuid4()),  # the same when it is tried again: the server did it, or did not
    }
    job = await orders.want(office, work, site, spec, by=by, action=APPLY, data=data, anew=True)
    await before_risky_change(work, site, job, asked_by=by.person_id)
    return job


async def carry(office: Office, server: ServerAddress, given: ErrandInput) -> ApplyData:
    """Do what a stage asks of the server. Raises `ProvisioningError`."""
    said = data_of(ApplyData, given)
    if said["stage"] == Stage.READY:
        copied = await filling.prepare(office, server, given, database=said["database"])
        return {"unsure": list(copied.unsure)}
    if said["stage"] == Stage.PUT:
        await filling.put(office, server, given, database=said["database"])
    if said["stage"] == Stage.BACK:
        await filling.go_back(office, server, given)
    return {}


async def go_on(office: Office, work: UnitOfWork, job: Job, site: Hosting) -> None:
    """Begin the next stage of what went well; at the end the others of the OPD are told.

    Where site and copy were parted meanwhile, or the site is to be closed by the office, nothing is put.
    """
    stage = stage_of(job)
    if stage == Stage.READY and await _may_be_put(work, job, site):
        reason = str(fixed_words("salinan_uji")["alasan"])
        await _next(office, work, job, site, Stage.PUT, state=State.SUSPENDED, suspension_reason=reason)
    elif stage == Stage.READY:
        untouched: ApplyData = {**data_of(ApplyData, job), "untouched": True}
        job.data = untouched
        await _end(office, work, job, site, Stage.BACK)
    elif stage == Stage.PUT:
        await _end(office, work, job, site, Stage.DONE)
    elif stage == Stage.BACK:
        await _end(office, work, job, site, Stage.UNDONE)
    elif stage == Stage.DONE:
        await colleagues.tell_colleagues(work, job, site)


async def _may_be_put(work: UnitOfWork, job: Job, site: Hosting) -> bool:
    is_to_be_closed = await suspensions.waiting_of(work, site.id) is not None
    return not is_to_be_closed and await pair.still_stands(work, site, data_of(ApplyData, job)["source"])


async def go_back(office: Office, work: UnitOfWork, job: Job, site: Hosting) -> None:
    """Lead a site into which nothing could be put back to what it held, and open it then.

    Of a server that was not heard to the end nobody knows that: the site stays closed, nothing else is done to it, and
    an engineer has the same job done once more (`Coba lagi`), which the server finishes or answers from its journal.
    """
    stage = stage_of(job)
    if stage == Stage.PUT and _is_as_it_was(job):
        await _next(office, work, job, site, Stage.BACK)
    elif stage in (Stage.PUT, Stage.BACK) and not data_of(ApplyData, job).get("untouched"):
        job.error = {**job.error, UNFINISHED: True}


def _is_as_it_was(job: Job) -> bool:
    """Whether nothing of the copy is in the site, or the server can still put back what was there.

    What fails before the server is asked to put says nothing of an earlier try that was not heard to the end.
    """
    if has(job.error_code or "", Trait.UNHEARD):
        return False
    is_of_put = job.error["applied"] and (job.error["step"] == COPYING or bool(job.error["left"]))
    return is_of_put or not (job.attempt > 1 or job.data.get("taken_again"))


async def close_instead(office: Office, work: UnitOfWork, job: Job, site: Hosting) -> None:
    """Let a last stage that is not at work leave the site closed."""
    stage = stage_of(job)
    if stage in (Stage.DONE, Stage.UNDONE):
        job.state, job.finished_at = JobState.CANCELLED, work.now
        await _end(office, work, job, site, stage)


def is_before_return(job: Job) -> bool:
    """Whether nothing was put into the site yet, so that the order may still be given up."""
    return stage_of(job) in (Stage.READY, Stage.PUT)


def stage_of(job: Job) -> Stage:
    """Return which stage a job of the order is for."""
    return Stage(data_of(ApplyData, job)["stage"])


async def _end(office: Office, work: UnitOfWork, job: Job, site: Hosting, stage: Stage) -> None:
    """Go on to a stage that opens the site, or leaves it closed where the office is about to close it."""
    closing = await suspensions.waiting_of(work, site.id)
    said: ApplyData = {**data_of(ApplyData, job), "stays_closed": closing.reason if closing else ""}
    job.data = said
    state, reason = (State.SUSPENDED, closing.reason) if closing else (State.ACTIVE, "")
    await _next(office, work, job, site, stage, state=state, suspension_reason=reason)


async def _next(office: Office, work: UnitOfWork, job: Job, site: Hosting, stage: Stage, **changed: Any) -> None:
    spec = dataclasses.replace(site.spec, **changed)
    by = OrderedBy(person_id=job.asked_by)
    data: ApplyData = {**data_of(ApplyData, job), "stage": str(stage)}
    data.pop("taken_again", None)  # of the stage before
    await orders.want(office, work, site, spec, by=by, action=APPLY, data=data, anew=True)


APPLY = JobAction(
    name=APPLIES,
    right=Right(roles=OF_ITS_OPD, of=(SiteKind.COPY,)),
    errand=Errand(run=carry, owners_faults=filling.OWNERS_FAULTS, when_owners_fault=None, fills_in_place=False),
    still_wanted=None,
    when_done=(),
    releases=ReleasedDomains.NONE,
    stages=Stages(go_on=go_on, go_back=go_back),
)
