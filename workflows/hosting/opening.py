"""A hosting is wanted (approval, SOP step 5): its passwords are made and its job is set up."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence

from provisioning.spec import Secret, State
from workflows.cases.case_context import CaseContext
from workflows.office import Office
from workflows.refusal import Refused
from workflows.secrets.vault import credential_context
from workflows.store import hostings
from workflows.store.tables import Credential, Hosting, HostingState, Job, JobState
from workflows.store.unit_of_work import UnitOfWork

PASSWORD_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105 - no look-alikes
SFTP, DATABASE, PAGE, APPLICATION = "sftp", "database", "page", "application"  # kinds of passwords
PASSWORD_LENGTH = 20  # 56 signs: 116 bits


async def want(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Turn the reservation into a wanted hosting. Raises `Refused`: server_unknown, server_retired."""
    hosting = await hostings.of_case(context.work, context.case.id)
    if hosting is None:
        raise Refused("server_unknown")
    server = await hostings.lock_server(context.work, hosting.server_id)
    if not server.active:
        raise Refused("server_retired", {"server": server.name})
    hosting.state = HostingState.WANTED
    hosting.wanted_revision += 1
    await make_passwords(context.office, context.work, hosting)
    new_job(context.work, hosting)


async def unwant(work: UnitOfWork, hosting: Hosting) -> Job:
    """Want the hosting gone; return the job that removes it. Its passwords are destroyed."""
    hosting.spec_data = {**hosting.spec_data, "state": str(State.REMOVED)}  # also where no rule can read the rest
    hosting.state = HostingState.LEAVING
    hosting.wanted_revision += 1
    for credential in await hostings.credentials(work, hosting.id):
        credential.sealed = None
    return new_job(work, hosting)


def new_job(work: UnitOfWork, hosting: Hosting, *, attempt: int = 1) -> Job:
    """Set up the job that brings a hosting to its wanted revision."""
    job = Job(
        hosting_id=hosting.id,
        wanted_revision=hosting.wanted_revision,
        request_id=str(uuid.uuid4()),
        state=JobState.WAITING,
        attempt=attempt,
        created_at=work.now,
    )
    work.add(job)
    work.wake("jobs")
    return job


def kinds_of(hosting: Hosting) -> tuple[str, ...]:
    """Return the kinds of passwords that a hosting has."""
    database = (DATABASE,) if hosting.spec.database else ()
    return (SFTP, *database, *((PAGE,) if hosting.spec.team_only else ()))


async def make_passwords(
    office: Office,
    work: UnitOfWork,
    hosting: Hosting,
    kinds: Sequence[str] | None = None,
    *,
    asked_by: int | None = None,
) -> None:
    """Make passwords of a hosting as it is wanted now, of all its kinds unless told otherwise, and seal them."""
    for kind in kinds_of(hosting) if kinds is None else kinds:
        password = Secret("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_LENGTH)))
        work.add(
            Credential(
                hosting_id=hosting.id,
                kind=kind,
                wanted_revision=hosting.wanted_revision,
                key_id=office.vault.key_id,
                sealed=office.vault.seal(password, credential_context(hosting.id, kind)),
                asked_by=asked_by,
                created_at=work.now,
            )
        )
    await work.flush()
