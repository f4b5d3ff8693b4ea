"""How far a job is: kept while the agent works, without the agent's answer waiting for the database."""

from __future__ import annotations

from provisioning.plan import Progress
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.jobs.progress import ProgressNotes
from workflows.store import hostings

STEPS = ("system_user", "sftp", "database", "vhost", "dns")


async def job_of(desk: Desk) -> int:
    case = await bring_to_decision(desk, await ask(desk))
    await push(desk, case, "kepala_dkisp", "setujui")
    async with desk.database.read() as work:
        return (await hostings.open_jobs(work))[0].id


async def test_every_event_is_kept_and_the_newest_shown_once_the_job_ends(desk: Desk) -> None:
    job_id = await job_of(desk)
    async with ProgressNotes(desk.database) as progress:
        for done, step in enumerate(STEPS, start=1):
            progress.note(job_id, Progress(step=step, done=done, total=len(STEPS)))
    async with desk.database.read() as work:
        job = await hostings.job(work, job_id)
    assert job is not None
    assert (job.step, job.done, job.total) == ("dns", 5, 5)
    assert [entry["step"] for entry in job.log] == list(STEPS)


async def test_a_job_that_fails_keeps_how_far_it_came(desk: Desk) -> None:
    job_id = await job_of(desk)
    try:
        async with ProgressNotes(desk.database) as progress:
            progress.note(job_id, Progress(step="sftp", done=1, total=5))
            raise ConnectionError
    except ConnectionError:
        pass
    async with desk.database.read() as work:
        job = await hostings.job(work, job_id)
    assert job is not None
    assert (job.step, job.done) == ("sftp", 1)
