"""Making servers what is wanted (SOP step 6): jobs are taken, all that are due on a server at once, until none is left.

Level-triggered: a job that a dead process left running is taken again under the same request id, so the agent
answers it from its journal or finishes it; nothing is done twice. What becomes due while a server is at work goes
together next; looking from outside keeps no server waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import Applied, ErrorCode, Progress
from provisioning.spec import HostingSecrets, Secret
from provisioning.verification.owner_session import OwnerSession
from workflows import isolation, servers
from workflows.hosting import wordpress
from workflows.hosting.custom_domains.orders import prove_again
from workflows.hosting.drift_check import check_again
from workflows.hosting.opening import DATABASE, PAGE, SFTP
from workflows.isolation import WorkKind, isolated
from workflows.jobs import scheduling
from workflows.jobs.completion import ended, note_before
from workflows.jobs.job_input import JobInput
from workflows.jobs.outcome import Failure, Success, failed, succeeded
from workflows.jobs.progress import ProgressNotes
from workflows.jobs.scheduling import InProgress
from workflows.office import Office
from workflows.secrets.vault import credential_context
from workflows.store import hostings
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import Database, UnitOfWork

SWEEP_SECONDS = 5.0
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=10)
NEIGHBOURS_ASKED = 3  # whose files must be refused to a new hosting
LOOKS_AT_ONCE = 6  # hostings of one batch that are looked at side by side
LOGIN_READY = "sftp"  # the part of the work after which the owner can log in
log = structlog.get_logger(__name__)


async def run_jobs(office: Office, database: Database) -> None:
    """Do jobs for as long as the process lives; servers work side by side."""
    in_progress = InProgress()
    async with asyncio.TaskGroup() as group:
        while True:
            async with database.read() as work:
                resting = await isolation.put_off(work, WorkKind.JOB)
                due = [j for j in await hostings.open_jobs(work) if is_due(j, work.now) and j.id not in resting]
                waiting = [(job, await _server_of(work, job)) for job in due]
            for server, batch in in_progress.batches(waiting).items():
                if ours := await scheduling.claimed(database, server, batch):
                    in_progress.servers.add(server)
                    in_progress.hostings.update(job.hosting_id for job in ours)
                    group.create_task(_run_and_free(office, database, in_progress, server, ours))
            await database.wait("jobs", SWEEP_SECONDS)


def is_due(job: Job, now: dt.datetime) -> bool:
    """Whether a job may be tried: at once, or after a pause that doubles with each attempt that failed."""
    if job.finished_at is None:
        return True
    pause: dt.timedelta = min(FIRST_PAUSE * 2 ** min(job.attempt - 1, 10), LONGEST_PAUSE)
    return now >= job.finished_at + pause


async def _server_of(work: UnitOfWork, job: Job) -> int:
    hosting = await hostings.get(work, job.hosting_id)
    return hosting.server_id if hosting else 0


async def _run_and_free(
    office: Office, database: Database, in_progress: InProgress, server: int, batch: Sequence[Job]
) -> None:
    """Do a batch. A process that is stopped meanwhile leaves its leases: they end with it."""

    async def free_server() -> None:
        await scheduling.give_back(database, server=server)
        in_progress.servers.discard(server)
        database.wake("jobs")

    async with asyncio.TaskGroup() as group:
        ids = [job.id for job in batch]
        await run_batch(office, database, ids, when_applied=lambda: group.create_task(free_server()))
    await scheduling.give_back(database, batch)
    in_progress.hostings.difference_update(job.hosting_id for job in batch)
    database.wake("jobs")


async def run_batch(
    office: Office, database: Database, job_ids: Sequence[int], *, when_applied: Callable[[], object] = lambda: None
) -> None:
    """Bring hostings of one server to their wanted state in one request, look at each, and tell its case.

    `when_applied` is called once the server is free again. A defect of ours is a failure like any other: the
    engineers are told, and the other jobs go on.
    """
    begun = await asyncio.gather(*(_begin(office, database, job_id) for job_id in job_ids))
    batch = [taken for taken in begun if taken is not None]
    if not batch:
        when_applied()
        return
    async with contextlib.AsyncExitStack() as stack:
        sessions = {
            taken.job.request_id: await stack.enter_async_context(
                office.fleet.outside.owner_session(servers.address(taken.server), taken.spec, taken.secrets)
            )
            for taken in batch
        }
        async with contextlib.AsyncExitStack() as notes:
            answers = await _apply(office, database, batch, sessions, notes)
            when_applied()
            keeping = asyncio.create_task(notes.pop_all().aclose())  # nobody's look waits for the database
        places = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def finish(taken: JobInput, answer: Applied | ProvisioningError) -> None:
            structlog.contextvars.bind_contextvars(**taken.named)  # of this task alone
            async with places, _told(office, database, taken.job.id, taken.hosting.case_id):
                end = await ended(office, taken, answer, sessions[taken.job.request_id])
                await keeping
                await _tell(office, database, taken, end)

        await asyncio.gather(*map(finish, batch, answers))


async def _begin(office: Office, database: Database, job_id: int) -> JobInput | None:
    """Take a job and note what is there before it; None where nothing is to be done, or a defect of ours ended it."""
    async with _told(office, database, job_id):
        taken = await take(office, database, job_id) if await prove_again(office, database, job_id) else None
        if taken is not None:
            log.info("job_begun", **taken.named, attempt=taken.job.attempt, server=taken.server.name)
            await note_before(office, database, taken)
        return taken
    return None  # type: ignore[unreachable]  # by a defect that `_told` kept


@contextlib.asynccontextmanager
async def _told(office: Office, database: Database, job_id: int, case_id: int | None = None) -> AsyncIterator[None]:
    """Make of a defect a failed job: it must not stop the others, nor stay unknown.

    Where that cannot be noted, the job rests and the administrators hear of it.
    """
    async with isolated(database, WorkKind.JOB, job_id, case_id=case_id):
        try:
            yield
        except Exception as defect:
            log.exception("job_defect", job=job_id)
            failure = Failure(code=str(ErrorCode.INTERNAL), step="bot", detail=type(defect).__name__)
            await failed(office, database, job_id, failure, "")


async def _apply(
    office: Office,
    database: Database,
    batch: Sequence[JobInput],
    sessions: dict[str, OwnerSession],
    stack: contextlib.AsyncExitStack,
) -> list[Applied | ProvisioningError]:
    """Ask the agent for all of it; keep each job's progress, and log in to a hosting as soon as that is possible.

    What takes the progress down is left on the `stack`.
    """
    notes = await stack.enter_async_context(ProgressNotes(database))
    jobs = {taken.job.request_id: taken.job.id for taken in batch}

    async def note(progress: Progress) -> None:
        request_id = progress.work or batch[0].job.request_id
        if progress.ended and progress.step == LOGIN_READY:
            sessions[request_id].begin_login()
        notes.note(jobs[request_id], progress)

    at = servers.address(batch[0].server)
    try:
        return await office.fleet.apply_many(at, [taken.work for taken in batch], on_progress=note)
    except Exception as defect:  # of ours: no server is to blame
        log.exception("batch_defect", jobs=[taken.job.id for taken in batch])
        return [ProvisioningError(ErrorCode.INTERNAL, type(defect).__name__, step="bot") for _ in batch]


async def _tell(office: Office, database: Database, taken: JobInput, end: Success | Failure) -> None:
    """Note how a job ended, which tells its case; of a failure with what the server's log says."""
    code = "done" if isinstance(end, Success) else end.code
    log.info("job_ended", code=code, attempt=taken.job.attempt, server=taken.server.name)
    if isinstance(end, Success):
        await succeeded(office, database, taken.job.id, end)
        return
    if taken.job.plan_hash is not None:  # the alert shows what would be done now
        await check_again(office, database, taken.server, taken.hosting)
    await failed(office, database, taken.job.id, end, await _server_log(office, taken))


async def take(office: Office, database: Database, job_id: int) -> JobInput | None:
    """Begin a job, or go on with what a dead process left; None where it ended meanwhile or is wanted no more."""
    async with database.write() as work:
        found = await hostings.lock_job(work, job_id)
        if found is None or not found[0].is_under_way:
            return None
        job, hosting = found
        if job.wanted_revision != hosting.wanted_revision:
            job.state = JobState.CANCELLED  # something newer is wanted; its own job does it
            return None
        if job.state == JobState.RUNNING:
            job.data = {**job.data, "taken_again": True}
        job.state = JobState.RUNNING
        job.started_at = job.started_at or work.now
        held = await hostings.held_on(work, hosting.server_id)
        return JobInput(
            job=job,
            hosting=hosting,
            server=await hostings.server(work, hosting.server_id),
            spec=hosting.spec,
            secrets=await issued_secrets(office, work, hosting),
            application_password=await wordpress.password(office, work, hosting),
            neighbours=tuple(h.slug for h in held if h.id != hosting.id and h.applied_revision)[:NEIGHBOURS_ASKED],
        )


async def issued_secrets(office: Office, work: UnitOfWork, hosting: Hosting) -> HostingSecrets | None:
    """Open the issued passwords; None once they were shown and destroyed, so that they stay as they are."""
    opened: dict[str, Secret] = {}
    for row in await hostings.credentials(work, hosting.id):
        if row.sealed is not None and row.kind in (SFTP, DATABASE, PAGE):
            context = credential_context(hosting.id, row.kind)
            opened[row.kind] = office.vault.open(row.key_id, row.sealed, context)
    if not opened:
        return None
    return HostingSecrets(
        sftp_password=opened.get(SFTP), database_password=opened.get(DATABASE), page_password=opened.get(PAGE)
    )


async def _server_log(office: Office, taken: JobInput) -> str:
    with contextlib.suppress(ProvisioningError):
        return await office.fleet.log(servers.address(taken.server), taken.spec, lines=100)
    return ""
