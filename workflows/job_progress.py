"""How far a job is, kept so that every chat's progress bar can be drawn from it."""

from __future__ import annotations

from provisioning.plan import Progress
from workflows import people
from workflows.store import cases, hostings, outbox
from workflows.store.tables import Case, Job
from workflows.store.unit_of_work import Database, UnitOfWork


class ProgressNote:
    """Takes the agent's progress events and keeps the newest."""

    def __init__(self, database: Database, job_id: int) -> None:
        self.database = database
        self.job_id = job_id

    async def note(self, progress: Progress) -> None:
        """Keep one event and have the chats' progress bars redrawn."""
        async with self.database.write() as work:
            job = await hostings.job(work, self.job_id)
            if job is None:
                return
            job.step, job.done, job.total = progress.step, progress.done, progress.total
            job.log = [*job.log, {"at": work.now.isoformat(), "step": progress.step, "done": progress.done}]
            await show_progress(work, job)


async def show_progress(work: UnitOfWork, job: Job) -> None:
    """Have the bar of a job redrawn for those who wait for it: the OPD and the engineers."""
    hosting = await hostings.get(work, job.hosting_id)
    case = await cases.get(work, hosting.case_id) if hosting else None
    if case is None or hosting is None or hosting.state != "wanted":
        return
    for chat_id in await watchers(work, case):
        key = f"progress:{job.id}:{chat_id}:{job.step}:{job.state}"
        await outbox.put(work, chat_id, "progress", {"job": job.id}, key=key, case_id=case.id)


async def watchers(work: UnitOfWork, case: Case) -> list[int]:
    """Return the chats that follow the making of a hosting."""
    found = await people.holders(work, "engineer")
    for role in ("kepala_opd", "tim_teknis"):
        found += await people.holders(work, role, case.opd_id)
    return sorted({person.telegram_id for person in found if person.telegram_id is not None})
