"""The end of a hosting: archived (closed, its content kept), and after a set time removed by the Kabid's button.

Nothing is removed by time-out. What was archived can be taken back until then (`suspension.resume`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.spec import State
from workflows.hosting import orders, suspicion
from workflows.hosting.action import JobAction, ReleasedDomains, wanted_in
from workflows.hosting.backups.ordering import before_risky_change, has_place
from workflows.hosting.opening import unwant
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import OPEN_OR_SUSPENDED, Right
from workflows.hosting.staging import following
from workflows.office import Office
from workflows.people import members
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.roles import KABID
from workflows.store import endings, suspensions
from workflows.store.tables import Ending, Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

KEPT_FOR = dt.timedelta(days=30)  # from the archiving to the first day on which it may be removed


class ArchiveData(JobData):
    """What the job of an archiving keeps."""

    reason: str
    remove_on: str  # the first day (WITA, ISO) on which it may be removed


class RemovalData(JobData):
    """What the job of a removal keeps."""

    reason: str  # of the archiving
    last_backup: str  # where one that somebody made is kept; "" where the server keeps the last
    spec: str  # what it was (JSON)


async def archive(
    office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy, reason: str, data: JobData | None = None
) -> Job:
    """Take a hosting from the web and keep its content. Raises `Refused` as `orders.want`."""
    archived = {"state": State.ARCHIVED, "suspension_reason": "", "cleaning": False}
    spec = dataclasses.replace(hosting.spec, **archived)  # type: ignore[arg-type]
    remove_on = members.today(work) + KEPT_FOR
    said: ArchiveData = {**(data or {}), "reason": reason, "remove_on": remove_on.isoformat()}
    job = await orders.want(office, work, hosting, spec, by=by, action=ARCHIVE, data=said)
    await following.with_site(office, work, hosting)
    work.add(
        Ending(
            hosting_id=hosting.id,
            reason=reason,
            person_id=by.person_id,
            archived_at=work.now,
            remove_on=remove_on,
        )
    )
    suspended = await suspensions.present(work, hosting.id)
    if suspended is not None:
        suspended.ended_at = work.now
    await suspicion.redraw(work, hosting.id)
    return job


async def remove(work: UnitOfWork, hosting: Hosting, *, by: OrderedBy, last_backup: str = "") -> Job:
    """Have nothing left of an archived hosting on its server; the record keeps what it was.

    Where the server keeps backups the removal waits for a last snapshot; elsewhere `last_backup` says where one that
    somebody made is kept. Raises `Refused`: no_hosting, hosting_busy, removal_too_early, form_needed.
    """
    if not last_backup and not await has_place(work, hosting):
        raise Refused("form_needed")
    present = await orders.orderable(work, hosting.id)
    ending = await removable(work, hosting)
    ending.closed_at = work.now
    job = await unwant(work, present)
    await suspicion.redraw(work, present.id)
    await before_risky_change(work, present, job, last=True, asked_by=by.person_id)
    data: RemovalData = {"reason": ending.reason, "last_backup": last_backup, "spec": present.spec.to_json()}
    return await orders.record_order(work, present, job, by=by, action=REMOVE, data=data)


async def removable(work: UnitOfWork, hosting: Hosting) -> Ending:
    """Return the archiving of a hosting whose time is over. Raises `Refused` (removal_too_early)."""
    ending = await endings.present(work, hosting.id)
    if ending is None or members.today(work) < ending.remove_on:
        day = ending.remove_on.isoformat() if ending else None
        raise Refused("removal_too_early", {"domain": hosting.domain, "day": day}, final=True)
    return ending


async def tell_opd(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD's head and Tim Teknis that it is archived, or gone."""
    for person in await orders.of_opd(work, hosting):
        key = f"{job.action}:{job.id}:{person.id}"
        said = {**job.data, "domain": hosting.domain}
        await notice(work, person, f"akhir.kabar_{job.action}", said, key=key, case_id=hosting.case_id)


ARCHIVE = JobAction(
    name="archive",
    right=Right(roles=(KABID,), states=OPEN_OR_SUSPENDED),
    errand=None,
    still_wanted=wanted_in(State.ARCHIVED),
    when_done=(tell_opd,),
    releases=ReleasedDomains.AWAITED,
    stages=None,
)
REMOVE = JobAction(
    name="remove",
    right=Right(roles=(KABID,), states=(State.ARCHIVED,)),
    errand=None,
    still_wanted=None,
    when_done=(tell_opd,),
    releases=ReleasedDomains.ALL,
    stages=None,
)
