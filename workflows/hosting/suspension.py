"""Tangguhkan and Aktifkan kembali: a hosting is closed to everybody, and given back exactly as it was.

Nothing ends by itself: from the day that was named on engineers and Kabid are reminded, and somebody decides
(`undecided`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from provisioning.spec import HostingSpec, State
from workflows.hosting import orders, suspicion
from workflows.hosting.action import JobAction, ReleasedDomains, wanted_in
from workflows.hosting.orders import OrderedBy
from workflows.hosting.preemption import give_way
from workflows.hosting.rights import CLOSED, OPEN_OR_SUSPENDED, Right
from workflows.hosting.staging import following
from workflows.office import Office
from workflows.people import members
from workflows.people.duty import is_on_duty
from workflows.people.members import Member
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.roles import ENGINEER, KABID
from workflows.store import endings, hostings, ledger, moves, people, suspensions
from workflows.store.tables import Hosting, Job, Suspension
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

REVIEW_AFTER = dt.timedelta(days=14)  # where nobody names a day, as at a quarantine


class SuspendData(JobData):
    """What the job of a suspension keeps."""

    reason: str
    until: str | None  # the last day (WITA, ISO) that was named


async def suspend(
    office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy, reason: str, until: dt.date | None = None
) -> bool:
    """Close a hosting; its visitors are told `reason`. Return whether that happens at once.

    What is under way ends first, unless it has not begun; then the hosting is closed, and does not open in between.
    What an engineer closed a Kabid may close anew, who alone decides about it from then on. `until` is the day on which
    it is looked at again, `REVIEW_AFTER` from now unless another is named.
    Raises `Refused`: date_past, no_hosting, wrong_hosting_state (it is closed, or will be).
    """
    review = until or members.today(work) + REVIEW_AFTER
    if review < members.today(work):
        raise Refused("date_past")
    present = await hostings.lock(work, hosting.id)
    if present is None or not present.stands:
        raise Refused("no_hosting", final=True)
    is_kabid = by.person_id is not None and await people.held_office(work, by.person_id, KABID, work.now)
    if not await may_be_closed(work, present.id, is_kabid=is_kabid):
        raise Refused("wrong_hosting_state", final=True)
    if (former := await suspensions.present(work, present.id)) is not None:
        former.ended_at = work.now
    row = Suspension(
        hosting_id=present.id, reason=reason, until=review, person_id=by.person_id, began_at=work.now, waits=True
    )
    work.add(row)
    await work.flush()
    await give_way(office, work, present)
    if await _must_wait(work, present):
        await _note(work, present, row, by)
        await suspicion.redraw(work, present.id)
        return False
    await _close(office, work, present, row, by)
    return True


async def may_be_closed(work: UnitOfWork, hosting_id: int, *, is_kabid: bool) -> bool:
    """Whether nobody has ordered a hosting closed yet, or a Kabid may do so over the head of whoever did.

    What only an order closes for a while may be closed for good.
    """
    row = await suspensions.present(work, hosting_id)
    return row is None or (is_kabid and not await is_by_kabid(work, row))


async def carry_out(office: Office, work: UnitOfWork, hosting: Hosting) -> None:
    """Close a locked hosting whose closing waited, now that nothing is under way any more."""
    row = await suspensions.waiting_of(work, hosting.id)
    if row is None or await _must_wait(work, hosting):
        return
    if hosting.stands:
        await _close(office, work, hosting, row, OrderedBy(person_id=row.person_id))
    else:
        row.ended_at = work.now


async def carry_out_all(office: Office, database: Database) -> None:
    """Close what was missed at the end of something else."""
    async with database.read() as work:
        waiting = await suspensions.waiting(work)
    for hosting_id in waiting:
        async with database.write() as work:
            if (hosting := await hostings.lock(work, hosting_id)) is not None:
                await carry_out(office, work, hosting)


async def _must_wait(work: UnitOfWork, hosting: Hosting) -> bool:
    """Whether a job, or a move that closes and opens the hosting itself, has to end first."""
    return await hostings.has_work(work, hosting.id) or await moves.is_closing(work, hosting.id)


async def _note(work: UnitOfWork, hosting: Hosting, row: Suspension, by: OrderedBy) -> None:
    data = {"hosting": hosting.id, "slug": hosting.slug, **_said(row)}
    who = {"person_id": by.person_id, "mandate_id": by.mandate_id}
    await ledger.append(work, "hosting.suspend_noted", **who, case_id=hosting.case_id, data=data)


async def _close(office: Office, work: UnitOfWork, hosting: Hosting, row: Suspension, by: OrderedBy) -> None:
    row.waits = False
    spec = closed(hosting.spec, row)
    await orders.want(
        office, work, hosting, spec, by=by, action=SUSPEND, data=_said(row), anew=True, beside_move=True
    )  # fmt: skip
    await suspicion.redraw(work, hosting.id)
    await following.with_site(office, work, hosting)


def closed(spec: HostingSpec, row: Suspension) -> HostingSpec:
    """Return a hosting as it is while it is suspended."""
    return dataclasses.replace(spec, state=State.SUSPENDED, suspension_reason=row.reason, cleaning=False)


def _said(row: Suspension) -> SuspendData:
    return {"reason": row.reason, "until": row.until.isoformat() if row.until else None}


async def resume(office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy) -> Job:
    """Give a suspended or archived hosting back as it was. Raises `Refused` as `orders.want`."""
    before = hosting.spec
    spec = dataclasses.replace(before, state=State.ACTIVE, suspension_reason="", cleaning=False)
    job = await orders.want(office, work, hosting, spec, by=by, action=RESUME, data={"before": before.to_json()})
    await following.with_site(office, work, hosting)
    present = await suspensions.present(work, hosting.id)
    if present is not None:
        present.ended_at = work.now
    ending = await endings.present(work, hosting.id)
    if ending is not None:
        ending.closed_at = work.now
    await suspicion.redraw(work, hosting.id)
    return job


async def need_decider(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    """Make sure that nobody but a Kabid undoes what the Kabid decided: an archive, or a Kabid's suspension.

    Raises `Refused` (kabid_decided).
    """
    if is_on_duty(member, KABID):
        return
    present = await suspensions.present(work, hosting.id)
    is_archived = hosting.spec.state is State.ARCHIVED
    if is_archived or (present is not None and await is_by_kabid(work, present)):
        raise Refused("kabid_decided", final=True)


async def is_by_kabid(work: UnitOfWork, row: Suspension) -> bool:
    """Whether a site was closed by somebody who was a Kabid then."""
    return row.person_id is not None and await people.held_office(work, row.person_id, KABID, row.began_at)


async def tell_opd(work: UnitOfWork, job: Job, hosting: Hosting, *, words: str = "penangguhan") -> None:
    """Tell the OPD's head and Tim Teknis what was done, and why; whoever ordered it hears it anyhow."""
    said: dict[str, Any] = {"domain": hosting.domain, **job.data}
    for person in await orders.of_opd(work, hosting):
        if person.id != job.asked_by:
            key = f"{job.action}:{job.id}:{person.id}"
            await notice(work, person, f"{words}.kabar_{job.action}", said, key=key, case_id=hosting.case_id)


def review_on(row: Suspension) -> dt.date:
    """Return the day (WITA) on which a suspension is to be looked at again. Pure."""
    return row.until or row.began_at.astimezone(WITA).date() + REVIEW_AFTER


SUSPEND = JobAction(
    name="suspend",
    right=Right(roles=(ENGINEER, KABID), states=OPEN_OR_SUSPENDED),  # what an order closed for a while, too
    errand=None,
    still_wanted=wanted_in(State.SUSPENDED),
    when_done=(tell_opd,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
RESUME = JobAction(
    name="resume",
    right=Right(roles=(ENGINEER, KABID), states=CLOSED),
    errand=None,
    still_wanted=wanted_in(State.ACTIVE),
    when_done=(tell_opd,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
