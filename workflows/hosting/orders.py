"""Orders a change of a hosting that stands: one transaction writes the wanted spec, a job, and a line of the ledger.

The job then goes the way of every other (`workflows.jobs.reconcile`). Whoever ordered is told once how it ended; what
fails is told to the engineers, who try again or take it over, as at SOP step 6.
"""

from __future__ import annotations

import dataclasses
import json
from typing import cast

from provisioning.spec import HostingSpec
from workflows.engine.case import Mandate
from workflows.hosting import rights
from workflows.hosting.action import Action, JobAction
from workflows.hosting.opening import new_job
from workflows.office import Office
from workflows.people import members
from workflows.people.alerts import tell_engineers
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import OF_AN_OPD
from workflows.store import hostings, ledger, outbox, people
from workflows.store.tables import Hosting, Job, JobState, Person
from workflows.store.tables.hostings import JobData
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class OrderedBy:
    """Who orders: a person by a mandate; without either the office itself, as it does what was decided before."""

    person_id: int | None = None
    mandate_id: int | None = None


THE_OFFICE = OrderedBy()


def ordered_by(member: Member, mandate: Mandate) -> OrderedBy:
    """Return a person who orders by one of their mandates."""
    return OrderedBy(person_id=member.person.id, mandate_id=mandate.id)


def permitted(member: Member, hosting: Hosting, action: Action) -> Mandate:
    """Return the mandate by which a person may order this now. Raises `Refused` with the reason (`rights.Denial`)."""
    found = may_order(member, hosting, action)
    if isinstance(found, rights.Denial):
        raise Refused(str(found), final=True)
    return found


def may_order(member: Member, hosting: Hosting, action: Action) -> Mandate | rights.Denial:
    """Return the mandate by which a person may order this of a hosting as it is wanted now, or why not."""
    spec = hosting.spec
    return rights.may_order(
        action.right,
        member.mandates,
        opd_id=hosting.opd_id,
        state=spec.state,
        of=kind_of(hosting),
        opens_files=spec.opens_files,
    )


def kind_of(hosting: Hosting) -> rights.SiteKind:
    """Return whether a hosting is a site of its own or a staging copy."""
    return rights.SiteKind.SITE if hosting.copy_of is None else rights.SiteKind.COPY


async def want(
    office: Office,
    work: UnitOfWork,
    hosting: Hosting,
    spec: HostingSpec,
    *,
    by: OrderedBy,
    action: JobAction,
    data: JobData,
    anew: bool = False,
    beside_move: bool = False,
) -> Job:
    """Want a standing hosting to be as `spec` says; `data` (no secrets) says what was asked, for record and messages.

    With `anew` the spec may be the same: what changes is no part of it (passwords), or is done beside it. With
    `beside_move` it is done although the hosting is on its way to another server. Raises `Refused`: no_hosting (it does
    not stand), hosting_busy (another change is under way), nothing_changes.
    """
    present = await orderable(work, hosting.id, beside_move=beside_move)
    if spec == present.spec and not anew:
        raise Refused("nothing_changes")
    present.spec = spec
    present.wanted_revision += 1
    return await record_order(work, present, new_job(work, present), by=by, action=action, data=data)


async def orderable(work: UnitOfWork, hosting_id: int, *, beside_move: bool = False) -> Hosting:
    """Return a hosting, locked, of which something may be ordered now. Raises `Refused`: no_hosting, hosting_busy."""
    hosting = await hostings.lock(work, hosting_id)
    if hosting is None or not hosting.stands:
        raise Refused("no_hosting", final=True)
    is_busy = hostings.has_work if beside_move else hostings.is_busy
    if await is_busy(work, hosting.id):
        raise Refused("hosting_busy", {"domain": hosting.domain})
    return hosting


def spec_before(job: Job) -> HostingSpec | None:
    """Return what was wanted of its hosting before an order; None where it keeps none. Raises `SpecError`."""
    kept = job.data.get("before")
    return None if kept is None else HostingSpec.from_data(json.loads(kept))


async def record_order(
    work: UnitOfWork, hosting: Hosting, job: Job, *, by: OrderedBy, action: JobAction, data: JobData
) -> Job:
    """Say on a new job what was ordered and by whom, and write it into the record."""
    job.action, job.data, job.asked_by = action.name, cast("JobData", dict(data)), by.person_id
    await work.flush()
    said = {"hosting": hosting.id, "slug": hosting.slug, "job": job.id, "revision": hosting.wanted_revision}
    await ledger.append(
        work,
        f"hosting.{action.name}",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=hosting.case_id,
        data={**said, **data},
    )
    return job


async def tell_end(work: UnitOfWork, job: Job, hosting: Hosting, *, alert: bool = True) -> None:
    """Tell how an order ended: whoever gave it, and the engineers where it failed, unless told not to `alert` them."""
    asker = await people.by_id(work, job.asked_by) if job.asked_by else None
    chats = [asker.telegram_id] if asker and asker.telegram_id is not None else []
    key, about = f"order:{job.id}:{job.state}", MessageParams(job=job.id)
    if job.state == JobState.FAILED and alert:
        await tell_engineers(work, hosting.server_id, "order", about, key=key, also=chats)
        return
    for chat_id in chats:
        await outbox.put(work, chat_id, "order", about, key=f"{key}:{chat_id}")


def subject(job_id: int) -> str:
    """Return the name under which a chat keeps the message about an order."""
    return f"order:{job_id}"


async def of_opd(work: UnitOfWork, hosting: Hosting) -> list[Person]:
    """Return the head and the Tim Teknis of a hosting's OPD, each once."""
    found = [person for role in OF_AN_OPD for person in await members.holders(work, role, hosting.opd_id)]
    return list({person.id: person for person in found}.values())
