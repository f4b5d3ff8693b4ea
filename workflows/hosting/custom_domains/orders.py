"""What surrounds the order that lets a server answer to a domain: the last look before it, and what follows it."""

from __future__ import annotations

import asyncio
import dataclasses

from provisioning.domain_proof import DomainLook, Lead, Proof
from provisioning.spec import HostingSpec
from workflows.hosting.custom_domains.asking import ADD, note, show
from workflows.hosting.custom_domains.ending import end
from workflows.hosting.custom_domains.looking import look
from workflows.hosting.custom_domains.rules import MISSES_TOLD, SOON, Told
from workflows.hosting.open import new_job
from workflows.hosting.orders import THE_OFFICE
from workflows.hosting.orders import note as note_order
from workflows.hosting.undoing import CANCEL
from workflows.office import Office
from workflows.servers import PATIENCE_SECONDS
from workflows.store import custom_domains, hostings
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import Database, UnitOfWork


async def is_still_proven(office: Office, database: Database, job_id: int) -> bool:
    """Look once more right before a job lets a server answer to a domain; it may have waited for days.

    Where proof or direction is gone the order is taken back, and given again once a look sees both.
    """
    async with database.read() as work:
        job = await hostings.job(work, job_id)
        row = await custom_domains.get(work, int(job.data["own_domain"])) if job and job.action == ADD else None
        hosting = await hostings.get(work, job.hosting_id) if job else None
        if row is None or hosting is None:
            return True
        server = await hostings.server(work, hosting.server_id)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):  # the server's other work waits for this look
            seen = await look(office, row, hosting, server)
    except TimeoutError:
        seen = DomainLook(proof=Proof.SILENT, lead=Lead.SILENT)
    if seen.is_ready and row.ended_at is None:
        return True
    async with database.write() as work:
        await _take_back(work, job_id, seen)
    return False


async def _take_back(work: UnitOfWork, job_id: int, seen: DomainLook) -> None:
    found = await hostings.lock_job(work, job_id)
    if found is None or not found[0].is_under_way:
        return
    job, hosting = found
    is_untouched = not job.may_have_begun and hosting.applied_revision == hosting.wanted_revision - 1
    job.state, job.finished_at = JobState.CANCELLED, work.now
    spec = HostingSpec.from_data(hosting.spec)
    left = tuple(name for name in spec.custom_domains if name != job.data["name"])
    hosting.spec = dataclasses.asdict(dataclasses.replace(spec, custom_domains=left))
    hosting.wanted_revision += 1
    if is_untouched:  # it is wanted again as it stands
        hosting.applied_revision = hosting.wanted_revision
    else:  # the server may answer to the name already, and is made to forget it
        said = {"name": job.data["name"], "of": ADD}
        await note_order(work, hosting, new_job(work, hosting), by=THE_OFFICE, action=CANCEL, data=said)
    row = await custom_domains.get(work, int(job.data["own_domain"]))
    if row is not None:
        row.seen, row.looked_at, row.look_at = dataclasses.asdict(seen), work.now, work.now + SOON
        await note(
            work, row, hosting, "unproven", by=THE_OFFICE, more={"proof": str(seen.proof), "lead": str(seen.lead)}
        )


async def served(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD that its hosting answers to the domain from now on."""
    row = await custom_domains.by_name(work, hosting.id, job.data["name"])
    if row is not None:
        row.told, row.misses = str(Told.SERVED), 0
        await show(work, row, hosting)


async def dropped(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Hold a domain no longer that its OPD asked to be taken off."""
    row = await custom_domains.by_name(work, hosting.id, job.data["name"])
    if row is not None:
        await end(work, row, hosting)


async def moved(work: UnitOfWork, hosting: Hosting) -> None:
    """Look at the domains of a hosting that went to another server, and tell at once of records that name the old one.

    They are not ours to change; an alias of the hosting's own name has followed by itself.
    """
    for row in await custom_domains.of_hosting(work, hosting.id):
        row.look_at, row.misses = work.now, MISSES_TOLD - 1
