"""How far a job is, kept so that every chat's progress bar can be drawn from it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from provisioning.plan import Progress
from workflows.hosting import repairs
from workflows.people import members
from workflows.roles import ENGINEER
from workflows.store import hostings, outbox, people
from workflows.store.tables import Case, HostingState, Job
from workflows.store.unit_of_work import Database, UnitOfWork

PAUSE_SECONDS = 0.5


class ProgressNotes:
    """Takes the agent's progress events of a batch of jobs and keeps them, at most once in `PAUSE_SECONDS`.

    Nobody's bar moves faster. A context manager: what is not kept yet is kept when it ends. The agent's answer never
    waits for the database.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._events: dict[int, list[tuple[dt.datetime, Progress]]] = {}  # by job
        self._arrived = asyncio.Event()
        self._ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep_always())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._arrived.set()
        await self._keeper  # not cancelled: it may be in the middle of a transaction
        await self._keep()

    def note(self, job_id: int, progress: Progress) -> None:
        """Take one event of one job."""
        self._events.setdefault(job_id, []).append((self.database.clock(), progress))
        self._arrived.set()

    async def _keep_always(self) -> None:
        while not self._ended.is_set():
            await self._arrived.wait()
            await self._keep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._ended.wait()

    async def _keep(self) -> None:
        """Write down what has arrived, in one transaction, and have the chats' progress bars redrawn."""
        self._arrived.clear()
        arrived = {job_id: tuple(events) for job_id, events in self._events.items() if events}
        if not arrived:
            return
        async with self.database.write() as work:
            for job_id, events in arrived.items():
                await _note(work, job_id, events)
        for job_id, events in arrived.items():
            del self._events[job_id][: len(events)]


async def _note(work: UnitOfWork, job_id: int, events: Sequence[tuple[dt.datetime, Progress]]) -> None:
    job = await hostings.job(work, job_id)
    if job is None or not job.is_under_way:
        return  # it was ended meanwhile, by a process that took this one for dead
    newest = events[-1][1]
    job.step, job.done, job.total = newest.step, newest.done, newest.total
    job.log = [*job.log, *({"at": at.isoformat(), "step": one.step, "done": one.done} for at, one in events)]
    await show_progress(work, job)


async def show_progress(work: UnitOfWork, job: Job) -> None:
    """Have the bar of a job redrawn for those who wait for it: the OPD and the engineers."""
    if job.action:
        return  # whoever ordered it is told once, at its end
    hosting = await hostings.get(work, job.hosting_id)
    if job.plan_hash is not None:
        if hosting is not None:
            await repairs.show_repair(work, job, hosting)
        return
    case = await hostings.case_of(work, hosting) if hosting else None
    if case is None or hosting is None or hosting.state != HostingState.WANTED:
        return
    for chat_id in await watchers(work, case):
        key = f"progress:{job.id}:{chat_id}:{job.step}:{job.state}"
        await outbox.put(work, chat_id, "progress", {"job": job.id}, key=key, case_id=case.id)


async def watchers(work: UnitOfWork, case: Case) -> list[int]:
    """Return the chats that follow the making of a hosting."""
    found = [
        *await members.holders(work, ENGINEER),
        *await people.of_opd(work, case.opd_id, members.today(work)),
    ]
    return sorted({person.telegram_id for person in found if person.telegram_id is not None})
