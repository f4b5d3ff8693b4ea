"""Orders that let a server answer to a domain, or take it off: what failed is not taken for done by a look."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_custom_domains import (
    NAME,
    NOTHING,
    READY,
    hosting_of,
    is_served,
    messages,
    seen,
    show,
    waiting,
    wanted,
)
from workflows.hosting import orders, passwords
from workflows.hosting.custom_domains import actions
from workflows.hosting.custom_domains import orders as domain_orders
from workflows.hosting.custom_domains.rules import DomainNotice
from workflows.hosting.orders import THE_OFFICE
from workflows.jobs import outcome
from workflows.jobs.outcome import VERIFY_FAILED, Failure
from workflows.store import custom_domains, hostings
from workflows.store.tables import Job, JobState


async def taken_off(desk: Desk, hosting_id: int) -> int:
    """Let a domain be ordered off that is served; return the job's id."""
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, hosting_id)
        assert hosting is not None
        left = dataclasses.replace(hosting.spec, custom_domains=())
        said: actions.NameData = {"name": NAME}
        job = await orders.want(desk.office, work, hosting, left, by=THE_OFFICE, action=actions.DROP, data=said)
        return job.id


async def jobs_of(desk: Desk, hosting_id: int) -> list[Job]:
    async with desk.database.read() as work:
        query = select(Job).where(Job.hosting_id == hosting_id).order_by(Job.id)
        return list(await work.session.scalars(query))


async def fails_in_the_look(desk: Desk, hosting_id: int) -> None:
    """Let the newest order be carried out by the server, and not be seen from outside."""
    job = (await jobs_of(desk, hosting_id))[-1]
    failure = Failure(code=VERIFY_FAILED, step="verify", detail="404", applied=True)
    await outcome.failed(desk.office, desk.database, job.id, failure, "")


async def something_else_is_done(desk: Desk, hosting_id: int) -> None:
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, hosting_id)
        assert hosting is not None
        spec, action = hosting.spec, passwords.PASSWORDS
        job = await orders.want(desk.office, work, hosting, spec, by=THE_OFFICE, action=action, data={}, anew=True)
        job.state, hosting.applied_revision = JobState.DONE, hosting.wanted_revision


async def test_a_domain_whose_taking_off_failed_does_not_come_back_by_a_look(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    await is_served(desk, hosting_id)
    failing = await taken_off(desk, hosting_id)
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, failing)
        assert found is not None
        found[0].state = JobState.FAILED
    for _ in range(2):
        desk.clock.pass_time(days=1)
        await seen(desk, domain, READY)
    assert await wanted(desk, hosting_id) == ()
    assert [job.action for job in await jobs_of(desk, hosting_id)] == [actions.ADD.name, actions.DROP.name]
    await something_else_is_done(desk, hosting_id)
    row = await seen(desk, domain, READY)
    assert row.ended_at is not None, "no server answers to it any more"


async def test_a_domain_whose_taking_off_was_not_seen_is_held_until_somebody_decides(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    await is_served(desk, hosting_id)
    before = await messages(desk)
    await taken_off(desk, hosting_id)
    await fails_in_the_look(desk, hosting_id)
    told = len(await messages(desk))
    desk.clock.pass_time(days=1)
    row = await seen(desk, domain, READY)
    assert row.ended_at is None, "the change may still be taken back"
    assert len(await messages(desk)) == told > len(before), "the failure alone is told"
    async with desk.database.read() as work:
        assert await custom_domains.holder(work, NAME) is not None
    await something_else_is_done(desk, hosting_id)
    assert (await seen(desk, domain, READY)).ended_at is not None


async def test_a_domain_that_was_not_seen_is_told_of_when_it_is_served_after_all(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await something_else_is_done(desk, hosting_id)  # before it: that says nothing of the domain
    await seen(desk, domain, READY)
    await fails_in_the_look(desk, hosting_id)
    before = await messages(desk)
    for _ in range(2):
        desk.clock.pass_time(hours=1)
        assert (await seen(desk, domain, READY)).told != DomainNotice.SERVED
    assert await messages(desk) == before
    await something_else_is_done(desk, hosting_id)
    assert (await seen(desk, domain, READY)).told == DomainNotice.SERVED
    assert len(await messages(desk)) > len(before), "the OPD hears of it"


@pytest.mark.parametrize("begun", ["by a process that died", "by an earlier try"])
async def test_a_server_that_may_answer_to_an_unproven_domain_is_made_to_forget_it(
    desk: Desk, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    await seen(desk, await waiting(desk, hosting_id), READY)
    (job,) = await jobs_of(desk, hosting_id)
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        if begun == "by an earlier try":
            found[0].attempt = 2
        else:
            found[0].state, found[0].started_at = JobState.RUNNING, work.now
    show(desk, monkeypatch, NOTHING)
    assert not await domain_orders.prove_again(desk.office, desk.database, job.id)
    hosting, (_, after) = await hosting_of(desk, hosting_id), await jobs_of(desk, hosting_id)
    assert hosting.spec.custom_domains == ()
    assert (after.state, after.wanted_revision) == ("waiting", hosting.wanted_revision)
    assert hosting.applied_revision < hosting.wanted_revision, "it is not said to be done before it was"
    assert await domain_orders.prove_again(desk.office, desk.database, after.id)


async def test_a_domain_whose_order_failed_comes_to_no_server_unproven_with_another_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    (adding,) = await jobs_of(desk, hosting_id)
    failure = Failure(code="step_failed", step="vhost", detail="no")
    await outcome.failed(desk.office, desk.database, adding.id, failure, "")
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, hosting_id)
        assert hosting is not None
        await passwords.change(desk.office, work, hosting, ["sftp"], by=THE_OFFICE)
    other = (await jobs_of(desk, hosting_id))[-1]
    show(desk, monkeypatch, READY)
    assert await domain_orders.prove_again(desk.office, desk.database, other.id)
    assert await wanted(desk, hosting_id) == (NAME,), "while it is proven it comes with the next order"
    show(desk, monkeypatch, NOTHING)
    assert await domain_orders.prove_again(desk.office, desk.database, other.id), "the other order is carried out"
    assert await wanted(desk, hosting_id) == ()
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, other.id)
        assert found is not None
        found[0].state, found[1].applied_revision = JobState.DONE, found[1].wanted_revision
    await seen(desk, domain, READY)
    assert (await jobs_of(desk, hosting_id))[-1].action == actions.ADD.name, "proven again, it is ordered again"


async def test_a_domain_that_is_served_is_not_taken_away_by_another_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    await seen(desk, await waiting(desk, hosting_id), READY)
    await is_served(desk, hosting_id)
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, hosting_id)
        assert hosting is not None
        await passwords.change(desk.office, work, hosting, ["sftp"], by=THE_OFFICE)
    show(desk, monkeypatch, NOTHING)
    assert await domain_orders.prove_again(desk.office, desk.database, (await jobs_of(desk, hosting_id))[-1].id)
    assert await wanted(desk, hosting_id) == (NAME,)
