"""Making servers what is wanted (SOP step 6): jobs are taken, one at a time a server, until none is left.

Level-triggered: a job that a dead process left running is taken again under the same request id, so the agent
answers it from its journal or finishes it; nothing is done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import functools
from collections import defaultdict

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import Applied, ErrorCode, Usage
from provisioning.spec import HostingSecrets, HostingSpec, Secret, State
from provisioning.verify import Verification
from workflows import servers
from workflows.hosting.open import credential_context
from workflows.job_outcome import Failure, Found, failed, succeeded
from workflows.job_progress import ProgressNote
from workflows.office import Office
from workflows.store import hostings
from workflows.store.tables import Hosting, Job, Server
from workflows.store.unit_of_work import Database, UnitOfWork

SWEEP_SECONDS = 5.0
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=10)
NEIGHBOURS_ASKED = 3  # whose files must be refused to a new hosting
log = structlog.get_logger()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Taken:
    """All that a job needs, read in one transaction."""

    job: Job
    hosting: Hosting
    server: Server
    secrets: HostingSecrets | None
    neighbours: tuple[str, ...]


async def run_jobs(office: Office, database: Database) -> None:
    """Do jobs for as long as the process lives; servers work side by side, jobs of one server in turn."""
    turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
    running: dict[int, asyncio.Task[None]] = {}
    async with asyncio.TaskGroup() as group:
        while True:
            async with database.read() as work:
                due = [job for job in await hostings.open_jobs(work) if is_due(job, work.now)]
                waiting = [(job.id, await _server_of(work, job)) for job in due]
            for job_id, server_id in waiting:
                if job_id not in running:
                    task = group.create_task(in_turn(office, database, job_id, turns[server_id]))
                    running[job_id] = task
                    task.add_done_callback(functools.partial(_forget, running, job_id))
            await database.wait("jobs", SWEEP_SECONDS)


def is_due(job: Job, now: dt.datetime) -> bool:
    """Whether a job may be tried: at once, or after a pause that doubles with each attempt that failed."""
    if job.finished_at is None:
        return True
    pause: dt.timedelta = min(FIRST_PAUSE * 2 ** min(job.attempt - 1, 10), LONGEST_PAUSE)
    return now >= job.finished_at + pause


def _forget(running: dict[int, asyncio.Task[None]], job_id: int, _done: asyncio.Task[None]) -> None:
    running.pop(job_id, None)


async def _server_of(work: UnitOfWork, job: Job) -> int:
    hosting = await hostings.get(work, job.hosting_id)
    return hosting.server_id if hosting else 0


async def in_turn(office: Office, database: Database, job_id: int, turn: asyncio.Lock) -> None:
    """Run a job when its server is free. A defect of ours is a failure like any other: the engineers are told."""
    async with turn:
        try:
            await run_job(office, database, job_id)
        except Exception as defect:  # one job's defect must not stop the others, nor stay unknown
            log.exception("job_defect", job=job_id)
            failure = Failure(code=str(ErrorCode.INTERNAL), step="", detail=type(defect).__name__)
            await failed(office, database, job_id, failure, "")


async def run_job(office: Office, database: Database, job_id: int) -> None:
    """Bring one hosting to its wanted state, look at it from outside, and tell the case."""
    taken = await _take(office, database, job_id)
    if taken is None:
        return
    server, spec = taken.server, HostingSpec.from_data(taken.hosting.spec)
    try:
        async with ProgressNote(database, job_id) as progress:
            applied = await office.fleet.apply(
                servers.address(server), spec, taken.secrets, request_id=taken.job.request_id, on_progress=progress.note
            )
            verification = await _look(office, taken, applied)
        usage = await _usage(office, taken)
    except ProvisioningError as error:
        failure = Failure(code=str(error.code), step=error.step, detail=error.detail, left=error.left)
        await failed(office, database, job_id, failure, await _server_log(office, server, spec))
        return
    if not verification.ok:
        first = verification.failed[0]
        detail = "; ".join(f"{check.name}: {check.detail}" for check in verification.failed)
        failure = Failure(code="verify_failed", step=first.name, detail=detail)
        await failed(office, database, job_id, failure, await _server_log(office, server, spec))
        return
    await succeeded(office, database, job_id, Found(applied=applied, verification=verification, usage=usage))


async def _take(office: Office, database: Database, job_id: int) -> Taken | None:
    async with database.write() as work:
        job = await hostings.job(work, job_id)
        hosting = await hostings.get(work, job.hosting_id) if job else None
        if job is None or hosting is None or job.state not in ("waiting", "running"):
            return None
        if job.wanted_revision != hosting.wanted_revision:
            job.state = "cancelled"  # something newer is wanted; its own job does it
            return None
        job.state = "running"
        job.started_at = job.started_at or work.now
        held = await hostings.held_on(work, hosting.server_id)
        return Taken(
            job=job,
            hosting=hosting,
            server=await hostings.server(work, hosting.server_id),
            secrets=await _secrets(office, work, hosting),
            neighbours=tuple(h.slug for h in held if h.id != hosting.id and h.applied_revision)[:NEIGHBOURS_ASKED],
        )


async def _secrets(office: Office, work: UnitOfWork, hosting: Hosting) -> HostingSecrets | None:
    """Open the issued passwords; None once they were shown and destroyed, so that they stay as they are."""
    opened: dict[str, Secret] = {}
    for row in await hostings.credentials(work, hosting.id):
        if row.sealed is not None:
            context = credential_context(hosting.id, row.kind)
            opened[row.kind] = office.vault.open(row.key_id, row.sealed, context)
    if "sftp" not in opened:
        return None
    return HostingSecrets(sftp_password=opened["sftp"], database_password=opened.get("database"))


async def _look(office: Office, taken: Taken, applied: Applied) -> Verification:
    """Look from outside; a removed hosting has nothing to look at."""
    hosting, server = taken.hosting, taken.server
    spec = HostingSpec.from_data(hosting.spec)
    if spec.state is State.REMOVED:
        return Verification(())
    return await office.fleet.verify(
        servers.address(server),
        spec,
        taken.secrets,
        dns=server.name_server,
        addresses=tuple(applied.facts.get("addresses", ())),
        neighbours=taken.neighbours,
    )


async def _usage(office: Office, taken: Taken) -> Usage | None:
    spec = HostingSpec.from_data(taken.hosting.spec)
    if spec.state is State.REMOVED:
        return None
    return await office.fleet.usage(servers.address(taken.server), spec)


async def _server_log(office: Office, server: Server, spec: HostingSpec) -> str:
    with contextlib.suppress(ProvisioningError):
        return await office.fleet.log(servers.address(server), spec, lines=100)
    return ""
