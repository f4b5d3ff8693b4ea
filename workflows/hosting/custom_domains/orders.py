"""What surrounds the order that lets a server answer to a domain: the last look before it, and what follows it."""

from __future__ import annotations

import asyncio
import dataclasses

from provisioning.domain_proof import Destination, DomainLook, Proof
from provisioning.spec import HostingSpec
from workflows.hosting.custom_domains.actions import ADD, NameData
from workflows.hosting.custom_domains.approval import record_domain
from workflows.hosting.custom_domains.rules import MISSES_TOLD, SOON, DomainNotice
from workflows.hosting.custom_domains.verification import check_domain
from workflows.hosting.job_data import data_of
from workflows.hosting.opening import new_job
from workflows.hosting.orders import THE_OFFICE, record_order
from workflows.hosting.undo import CANCEL, CancelData
from workflows.office import Office
from workflows.servers import PATIENCE_SECONDS
from workflows.store import custom_domains, hostings
from workflows.store.tables import CustomDomain, Hosting, Job, JobState, Server
from workflows.store.unit_of_work import Database, UnitOfWork


async def prove_again(office: Office, database: Database, job_id: int) -> bool:
    """Look once more right before a job lets a server answer to a domain; it may have waited for days.

    Return whether the job may begin. Where proof or direction is gone the order is taken back, and given again once a
    look sees both. Another order is carried out without the domain: what failed to be added is wanted still, and would
    come to the server with it.
    """
    async with database.read() as work:
        job = await hostings.job(work, job_id)
        hosting = await hostings.get(work, job.hosting_id) if job else None
        if job is None or hosting is None or not (rows := await _unserved(work, job, hosting)):
            return True
        server = await hostings.server(work, hosting.server_id)
    seen = await asyncio.gather(*(_look(office, row, hosting, server) for row in rows))
    unproven = [(row, look) for row, look in zip(rows, seen, strict=True) if not look.is_ready or row.ended_at]
    if not unproven:
        return True
    async with database.write() as work:
        for row, look in unproven:
            if _is_own(job, row):
                await _take_back(work, job_id, row.id, look)
            else:
                await _leave_out(work, job_id, row.id, look)
    return not any(_is_own(job, row) for row, _ in unproven)


def _is_own(job: Job, row: CustomDomain) -> bool:
    """Whether a domain is what a job was ordered to add."""
    return job.action == ADD.name and data_of(NameData, job)["own_domain"] == row.id


async def _unserved(work: UnitOfWork, job: Job, hosting: Hosting) -> list[CustomDomain]:
    """Return the domains that come to the server with a job and that it was never said to answer to.

    What a process that is gone had begun was looked at before that.
    """
    names = hosting.spec.custom_domains
    rows = [row for row in await custom_domains.of_hosting(work, hosting.id) if row.name in names]
    others = [
        row
        for row in rows
        if row.told not in (DomainNotice.SERVED, DomainNotice.GONE) and job.state == JobState.WAITING
    ]
    own = await custom_domains.get(work, data_of(NameData, job)["own_domain"]) if job.action == ADD.name else None
    return others if own is None else [own, *(row for row in others if row.id != own.id)]


async def _look(office: Office, row: CustomDomain, hosting: Hosting, server: Server) -> DomainLook:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):  # the server's other work waits for this look
            return await check_domain(office, row, hosting, server)
    except TimeoutError:
        return DomainLook(proof=Proof.SILENT, lead=Destination.SILENT)


async def _leave_out(work: UnitOfWork, job_id: int, domain_id: int, seen: DomainLook) -> None:
    """Want a hosting without a domain before a job of it begins; its own order is given again by a later look."""
    found = await hostings.lock_job(work, job_id)
    row = await custom_domains.get(work, domain_id)
    if row is None or found is None or found[0].state != JobState.WAITING:
        return
    _, hosting = found
    hosting.spec = _without(hosting.spec, row.name)
    await _note_unproven(work, row, hosting, seen)


def _without(spec: HostingSpec, name: str) -> HostingSpec:
    return dataclasses.replace(spec, custom_domains=tuple(one for one in spec.custom_domains if one != name))


async def _note_unproven(work: UnitOfWork, row: CustomDomain, hosting: Hosting, seen: DomainLook) -> None:
    row.seen, row.looked_at, row.look_at = dataclasses.asdict(seen), work.now, work.now + SOON
    why = {"proof": str(seen.proof), "lead": str(seen.lead)}
    await record_domain(work, row, hosting, "unproven", by=THE_OFFICE, more=why)


async def _take_back(work: UnitOfWork, job_id: int, domain_id: int, seen: DomainLook) -> None:
    found = await hostings.lock_job(work, job_id)
    if found is None or not found[0].is_under_way:
        return
    job, hosting = found
    is_untouched = not job.may_have_begun and hosting.applied_revision == hosting.wanted_revision - 1
    job.state, job.finished_at = JobState.CANCELLED, work.now
    hosting.spec = _without(hosting.spec, data_of(NameData, job)["name"])
    hosting.wanted_revision += 1
    if is_untouched:  # it is wanted again as it stands
        hosting.applied_revision = hosting.wanted_revision
    else:  # the server may answer to the name already, and is made to forget it
        said: CancelData = {"name": data_of(NameData, job)["name"], "of": ADD.name}
        await record_order(work, hosting, new_job(work, hosting), by=THE_OFFICE, action=CANCEL, data=said)
    if (row := await custom_domains.get(work, domain_id)) is not None:
        await _note_unproven(work, row, hosting, seen)


async def moved(work: UnitOfWork, hosting: Hosting) -> None:
    """Look at the domains of a hosting that went to another server, and tell at once of records that name the old one.

    They are not ours to change; an alias of the hosting's own name has followed by itself.
    """
    for row in await custom_domains.of_hosting(work, hosting.id):
        row.look_at, row.misses = work.now, MISSES_TOLD - 1
