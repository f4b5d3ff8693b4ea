"""Jobs that go wrong in ways no server reports: nobody is left waiting without knowing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import structlog.testing
from sqlalchemy import select

from tests.unit.conversation.town import PretendFleet
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows import isolation
from workflows.hosting.opening import new_job
from workflows.jobs import reconcile
from workflows.jobs.outcome import Failure, failed
from workflows.jobs.reconcile import is_due, run_batch
from workflows.people import members
from workflows.secrets.vault import Vault, new_key, read_keys
from workflows.store import health, hostings, outbox
from workflows.store.health import JOB_STATES
from workflows.store.tables import Case, Job, JobState, OutboxMessage

DOWN = Failure(code="mariadb_down", step="database", detail="no answer on the socket")


async def approved(desk: Desk, **changes: Any) -> Case:
    return await push(desk, await bring_to_decision(desk, await ask(desk, **changes)), "kepala_dkisp", "setujui")


async def only_job(desk: Desk, state: str) -> Job:
    async with desk.database.read() as work:
        return (await work.session.scalars(select(Job).where(Job.state == state))).one()


async def told(desk: Desk, kind: str) -> int:
    async with desk.database.read() as work:
        return len(list(await work.session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == kind))))


async def test_a_job_that_cannot_even_begin_is_told_to_the_engineers(desk: Desk) -> None:
    await approved(desk)
    stranger = dataclasses.replace(desk.office, vault=Vault(read_keys(new_key().replace("k1", "k2"))))
    with structlog.testing.capture_logs() as logs:
        await run_batch(stranger, desk.database, [(await only_job(desk, "waiting")).id])
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["job_defect"]
    assert (await only_job(desk, "failed")).error_code == "internal"
    assert await told(desk, "alert") == 1


async def spoil(desk: Desk, case: Case) -> int:
    """Make what is wanted of a case's hosting such that no rule of today can read it; return its job's number."""
    async with desk.database.write() as work:
        hosting = await hostings.of_case(work, case.id)
        assert hosting is not None
        hosting.spec_data = {**hosting.spec_data, "kind": "of another time"}
        return (await work.session.scalars(select(Job.id).where(Job.hosting_id == hosting.id))).one()


async def two_jobs(desk: Desk) -> tuple[int, int]:
    """Return a job whose hosting cannot be read, and a sound one of the same server."""
    other = await push(
        desk, await bring_to_decision(desk, await ask(desk, subdomain="e-surat")), "kepala_dkisp", "setujui"
    )
    broken = await spoil(desk, await approved(desk))
    async with desk.database.read() as work:
        hosting = await hostings.of_case(work, other.id)
        assert hosting is not None
        return broken, (await work.session.scalars(select(Job.id).where(Job.hosting_id == hosting.id))).one()


async def states(desk: Desk, *job_ids: int) -> list[str]:
    async with desk.database.read() as work:
        return [str((await work.session.get_one(Job, job_id)).state) for job_id in job_ids]


async def test_a_hosting_that_cannot_be_read_fails_alone(desk: Desk) -> None:
    jobs = await two_jobs(desk)
    office = dataclasses.replace(desk.office, fleet=PretendFleet())
    with structlog.testing.capture_logs():
        await run_batch(office, desk.database, jobs)
    assert await states(desk, *jobs) == ["failed", "done"]
    assert await told(desk, "alert") == 1


async def test_a_failure_that_cannot_be_noted_rests_and_is_told_to_the_administrators(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = await two_jobs(desk)
    async with desk.database.write() as work:
        await members.appoint_admin(work, 900)

    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(reconcile, "failed", broken)
    office = dataclasses.replace(desk.office, fleet=PretendFleet())
    with structlog.testing.capture_logs():
        await run_batch(office, desk.database, jobs)
    assert await states(desk, *jobs) == ["waiting", "done"]
    async with desk.database.read() as work:
        assert await isolation.put_off(work, isolation.WorkKind.JOB) == [jobs[0]]
        (notice,) = await outbox.open_in(work, 900, "notice")
    assert (notice.params["text"], notice.params["params"]["kind"]) == ("kabar.ditunda", "job")


async def test_what_was_given_up_is_removed_however_often_it_takes(desk: Desk) -> None:
    case = await approved(desk)
    await failed(desk.office, desk.database, (await only_job(desk, "waiting")).id, DOWN, "")
    await push(desk, case, "engineer", "batalkan_pekerjaan")
    first = await only_job(desk, "waiting")
    for attempt in (2, 3):
        await failed(desk.office, desk.database, first.id, DOWN, "")
        again = await only_job(desk, "waiting")
        assert again.attempt == attempt
        assert again.request_id != first.request_id  # asked anew, or the agent would repeat its old answer
        assert not is_due(again, desk.clock.now)
        desk.clock.pass_time(minutes=1)
        assert is_due(again, desk.clock.now)
    async with desk.database.read() as work:
        notices = select(OutboxMessage.params).where(OutboxMessage.kind == "notice")
        said = [params["text"] for params in await work.session.scalars(notices)]
        assert all(row.sealed is None for row in await hostings.credentials(work, first.hosting_id))
    assert said.count("kabar.penghapusan_gagal") == 1


async def test_a_job_that_was_tried_again_is_no_failure_any_more_for_who_watches(desk: Desk) -> None:
    await approved(desk)
    job = await only_job(desk, "waiting")
    await failed(desk.office, desk.database, job.id, DOWN, "")
    assert (await watched(desk))[JobState.FAILED] == 1
    async with desk.database.write() as work:
        hosting = await hostings.get(work, job.hosting_id)
        assert hosting is not None
        new_job(work, hosting, attempt=2)
    assert await watched(desk) == {**dict.fromkeys(JOB_STATES, 0), JobState.WAITING: 1}


async def watched(desk: Desk) -> dict[JobState, int]:
    async with desk.database.read() as work:
        return (await health.backlog(work)).jobs
