"""Jobs that go wrong in ways no server reports: nobody is left waiting without knowing."""

from __future__ import annotations

import dataclasses

import structlog.testing
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.jobs.outcome import Failure, failed
from workflows.jobs.reconcile import is_due, run_batch
from workflows.secrets.vault import Vault, new_key, read_keys
from workflows.store import hostings
from workflows.store.tables import Case, Job, OutboxMessage

DOWN = Failure(code="mariadb_down", step="database", detail="no answer on the socket")


async def approved(desk: Desk) -> Case:
    return await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")


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
