"""Buka SFTP untuk pembersihan and Tutup kembali: the owner of a closed site comes to its files, its visitors do not.

That ends with the suspension, by hand, or after its day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.spec import State
from workflows.hosting import orders, suspension
from workflows.hosting.action import JobAction, ReleasedDomains
from workflows.hosting.orders import THE_OFFICE, OrderedBy
from workflows.hosting.rights import Right
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import ENGINEER, KABID
from workflows.store import hostings, suspensions
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import Database, UnitOfWork

LASTS = dt.timedelta(days=7)  # where nobody names a day


class CleaningData(JobData):
    """What the job that opens the files keeps."""

    until: str  # the last day (WITA, ISO)


async def open_files(
    office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy, until: dt.date | None = None
) -> Job:
    """Let the owner of a suspended hosting in by SFTP, until a day (WITA) is over; its site stays closed.

    Raises `Refused`: date_past, wrong_hosting_state (it is not suspended), and as `orders.want`.
    """
    last = until or members.today(work) + LASTS
    if last < members.today(work):
        raise Refused("date_past")
    before = hosting.spec
    row = await suspensions.present(work, hosting.id)
    if row is None or before.state is not State.SUSPENDED:
        raise Refused("wrong_hosting_state", final=True)
    spec = dataclasses.replace(before, cleaning=True)
    data: CleaningData = {"until": last.isoformat(), "before": before.to_json()}
    job = await orders.want(office, work, hosting, spec, by=by, action=OPEN, data=data)
    row.cleaning_until = last
    return job


async def close_files(office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy) -> Job:
    """Close its files again. Raises `Refused` as `orders.want`."""
    spec = dataclasses.replace(hosting.spec, cleaning=False)
    job = await orders.want(office, work, hosting, spec, by=by, action=CLOSE, data={})
    row = await suspensions.present(work, hosting.id)
    if row is not None:
        row.cleaning_until = None
    return job


async def may_open(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    """Make sure that it is closed, and by whom this person may undo. Raises `Refused`."""
    if hosting.spec.opens_files:
        raise Refused("wrong_hosting_state", final=True)
    await suspension.need_decider(work, member, hosting)


async def may_close(_work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    """Make sure that it is open. Raises `Refused`."""
    if not hosting.spec.opens_files:
        raise Refused("wrong_hosting_state", final=True)


async def tell_opd(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD's head and Tim Teknis that they have the files, and what to do; or that they have them no more."""
    await suspension.tell_opd(work, job, hosting, words="pembersihan")


async def end_after_its_day(office: Office, database: Database) -> None:
    """Close the files of hostings whose day is over; of one that is being changed, as soon as that has ended."""
    async with database.read() as work:
        today = members.today(work)
        over = [
            hosting.id
            for row, hosting in await suspensions.all_open(work)
            if row.cleaning_until is not None and row.cleaning_until < today
        ]
    for hosting_id in over:
        async with database.write() as work:
            hosting = await hostings.lock(work, hosting_id)
            if hosting is not None and not await hostings.is_busy(work, hosting_id):
                await _end(office, work, hosting)


async def _end(office: Office, work: UnitOfWork, hosting: Hosting) -> None:
    row, spec = await suspensions.present(work, hosting.id), hosting.spec
    if spec.cleaning:
        await close_files(office, work, hosting, by=THE_OFFICE)
    elif row is not None:
        row.cleaning_until = None


OPEN = JobAction(
    name="clean_open",
    right=Right(roles=(ENGINEER, KABID), states=(State.SUSPENDED,)),
    errand=None,
    still_wanted=lambda spec, _job: spec.cleaning,
    when_done=(tell_opd,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
CLOSE = JobAction(
    name="clean_close",
    right=Right(roles=(ENGINEER, KABID), states=(State.SUSPENDED,)),
    errand=None,
    still_wanted=lambda spec, _job: not spec.cleaning,
    when_done=(tell_opd,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
