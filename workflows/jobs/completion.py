"""How a job ends once the agent has answered: the look from outside, what else was ordered, what visitors meet then."""

from __future__ import annotations

import asyncio
import dataclasses

from provisioning.error_traits import Trait, has
from provisioning.fleet import ProvisioningError
from provisioning.plan import Applied
from provisioning.spec import State
from provisioning.verification.owner_session import OwnerSession
from provisioning.verification.verify import Verification
from workflows import servers
from workflows.fitness import handover
from workflows.fitness.backups_seen import Seen
from workflows.hosting import errands
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.front_page import FrontPages
from workflows.jobs.job_input import JobInput
from workflows.jobs.outcome import VERIFY_FAILED, Failure, Success
from workflows.office import Office
from workflows.store import hostings
from workflows.store.unit_of_work import Database


async def note_before(office: Office, database: Database, taken: JobInput) -> None:
    """Note for an order what visitors meet before it, once: a second try must not take its own work for what was."""
    if not _has_front(taken) or taken.job.data.get("front") is not None:
        return
    page = await _front_page(office, taken)
    async with database.write() as work:
        job = await hostings.job(work, taken.job.id)
        if job is not None:
            job.data = {**job.data, "front": FrontPages(before=page).to_data()}


async def ended(
    office: Office, taken: JobInput, answer: Applied | ProvisioningError, session: OwnerSession
) -> Success | Failure:
    """Look at what was made from outside, have done what else was ordered, and return how the job ended.

    What was ordered beside is done wherever the agent has made the hosting as it is wanted: a look that does not pass
    says nothing of it.
    """
    if isinstance(answer, ProvisioningError):
        return _failure(answer)
    is_errand = taken.stood and errands.of(taken.job) is not None
    try:
        seen, stranger = await asyncio.gather(_look(office, taken, answer, session), _first_look(office, taken, answer))
    except ProvisioningError as error:
        return _failure(error, applied=taken.stood)
    if not seen.ok and not is_errand:
        return Failure(code=VERIFY_FAILED, step="verify", detail=seen.said, applied=taken.stood)
    success = Success(applied=answer, verification=seen, usage=answer.usage, stranger=stranger)
    found = await _errand(office, taken, success)
    if isinstance(found, Success) and _has_front(taken):
        return dataclasses.replace(found, page=await _front_page(office, taken))
    return found


def _failure(error: ProvisioningError, *, applied: bool = False, begun: bool = False) -> Failure:
    return Failure(
        code=str(error.code), step=error.step, detail=error.detail, left=error.left, applied=applied, begun=begun
    )


def _has_front(taken: JobInput) -> bool:
    return bool(taken.job.action) and taken.stood and taken.spec.state is State.ACTIVE


async def _front_page(office: Office, taken: JobInput) -> int:
    return await office.fleet.outside.front_page_status(
        servers.address(taken.server), taken.spec, addresses=taken.hosting.served_addresses
    )


async def _look(office: Office, taken: JobInput, applied: Applied, session: OwnerSession) -> Verification:
    """Look from outside; a removed hosting has nothing to look at."""
    if taken.spec.state is State.REMOVED:
        return Verification(())
    return await office.fleet.outside.verify(
        servers.address(taken.server),
        taken.spec,
        taken.secrets,
        dns=taken.server.name_server,
        addresses=tuple(applied.facts.get("addresses", ())),
        neighbours=taken.neighbours,
        session=session,
        is_new=not taken.stood,
    )


async def _first_look(office: Office, taken: JobInput, applied: Applied) -> Seen:
    """Look at a site that is made for a case as a stranger does, beside the look at what was ordered."""
    if taken.stood or taken.job.action or taken.spec.state is not State.ACTIVE:
        return {}
    addresses = tuple(applied.facts.get("addresses", ()))
    return await handover.look(office, taken.server, taken.spec, addresses)


async def _errand(office: Office, taken: JobInput, found: Success) -> Success | Failure:
    """Have done what else the order asks of the server."""
    job, at = taken.job, servers.address(taken.server)
    try:
        given = ErrandInput(
            job_request=job.request_id,
            spec=taken.spec,
            secrets=taken.secrets,
            application_password=taken.application_password,
            data=job.data,
        )
        did = await errands.run(office, at, job, given)
        return dataclasses.replace(found, errand=did)
    except ProvisioningError as error:
        return _failure(error, applied=True, begun=not has(error.code, Trait.NOT_BEGUN))
