"""Tangguhkan and Aktifkan kembali: a hosting is closed to everybody, and given back exactly as it was.

Nothing ends by itself: from the day that was named on engineers and Kabid are reminded, and somebody decides
(`undecided`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from provisioning.spec import HostingSpec, State
from workflows.cases.notify import notice
from workflows.hosting import orders
from workflows.hosting.orders import Ordered
from workflows.hosting.staging import following
from workflows.office import Office
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import endings, suspensions
from workflows.store.tables import Hosting, Job, Suspension
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

SUSPEND, RESUME = "suspend", "resume"
REVIEW_AFTER = dt.timedelta(days=14)  # where nobody names a day, as at a quarantine


async def suspend(
    office: Office, work: UnitOfWork, hosting: Hosting, *, by: Ordered, reason: str, until: dt.date | None = None
) -> Job:
    """Close a hosting; its visitors are told `reason`. Raises `Refused`: date_past, and as `orders.want`.

    `until` is the day on which it is looked at again, `REVIEW_AFTER` from now unless another is named.
    """
    review = until or members.today(work) + REVIEW_AFTER
    if review < members.today(work):
        raise Refused("date_past")
    spec = HostingSpec.from_data(hosting.spec)
    closed = dataclasses.replace(spec, state=State.SUSPENDED, suspension_reason=reason)
    data = {"reason": reason, "until": review.isoformat()}
    job = await orders.want(office, work, hosting, closed, by=by, action=SUSPEND, data=data)
    await following.with_site(office, work, hosting)
    work.add(Suspension(hosting_id=hosting.id, reason=reason, until=review, person_id=by.person_id, began_at=work.now))
    return job


async def resume(office: Office, work: UnitOfWork, hosting: Hosting, *, by: Ordered) -> Job:
    """Give a suspended or archived hosting back as it was. Raises `Refused` as `orders.want`."""
    spec = dataclasses.replace(HostingSpec.from_data(hosting.spec), state=State.ACTIVE, suspension_reason="")
    job = await orders.want(office, work, hosting, spec, by=by, action=RESUME, data={})
    await following.with_site(office, work, hosting)
    present = await suspensions.present(work, hosting.id)
    if present is not None:
        present.ended_at = work.now
    ending = await endings.present(work, hosting.id)
    if ending is not None:
        ending.closed_at = work.now
    return job


async def tell_opd(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD's head and Tim Teknis what was done, and why; whoever ordered it hears it anyhow."""
    said: dict[str, Any] = {"domain": hosting.domain, **job.data}
    for person in await orders.of_opd(work, hosting):
        if person.id != job.asked_by:
            key = f"{job.action}:{job.id}:{person.id}"
            await notice(work, person, f"penangguhan.kabar_{job.action}", said, key=key, case_id=hosting.case_id)


def review_on(row: Suspension) -> dt.date:
    """Return the day (WITA) on which a suspension is to be looked at again. Pure."""
    return row.until or row.began_at.astimezone(WITA).date() + REVIEW_AFTER
