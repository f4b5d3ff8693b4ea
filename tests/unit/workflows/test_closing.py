"""The office closes a site although something else is under way: at its end, or at once where that has not begun."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from provisioning.agent.backup.wire import Deed
from provisioning.errors import ErrorCode
from provisioning.plan import Applied, Plan
from provisioning.spec import HostingSpec, State
from provisioning.verification.verify import Verification
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_staging_following import newest, with_copy
from tests.unit.workflows.test_staging_pair import backed_up, order
from workflows.hosting import databases, orders, php, suspension, trying_again
from workflows.hosting.orders import Ordered
from workflows.hosting.staging import applying, asking
from workflows.hosting.staging.applying import STAGE, Stage
from workflows.jobs import outcome
from workflows.jobs.outcome import Failure, Found
from workflows.jobs.reconcile import take
from workflows.refusal import Refused
from workflows.store import backups, hostings, ledger, suspensions
from workflows.store.tables import BackupState, Hosting, Job, JobState, OutboxMessage, Suspension

REASON = "Situs dicurigai disusupi; sedang diperiksa."


async def close(desk: Desk, hosting_id: int) -> bool:
    """Let the Kabid close a site; return whether that is done at once."""
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        by = Ordered(person_id=desk.ids["kabid"])
        return await suspension.suspend(desk.office, work, hosting, by=by, reason=REASON)


async def begin(desk: Desk, hosting_id: int) -> Job:
    """Let the newest job of a hosting be taken up by its server."""
    _, job = await newest(desk, hosting_id)
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        assert found[0].state == "waiting"
        found[0].state, found[0].started_at = JobState.RUNNING, work.now
    return job


async def end(desk: Desk, hosting_id: int, failure: Failure | None = None) -> tuple[Hosting, Job]:
    """Let the newest job be carried out and end; return what is wanted then, and the job that follows, if any."""
    _, job = await newest(desk, hosting_id)
    if job.state == "waiting":
        await begin(desk, hosting_id)
    if failure is not None:
        await outcome.failed(desk.office, desk.database, job.id, failure, "")
    else:
        plan = Plan(slug="web", basis="0" * 64, changes=())
        found = Found(
            applied=Applied(plan=plan, changed=True, facts={}), verification=Verification(()), usage=None,
            errand={"unsure": []},
        )  # fmt: skip
        await outcome.succeeded(desk.office, desk.database, job.id, found)
    return await newest(desk, hosting_id)


def state_of(hosting: Hosting) -> tuple[str, str]:
    spec = HostingSpec.from_data(hosting.spec)
    return spec.state, spec.suspension_reason


async def applied_to(desk: Desk) -> int:
    """Order a copy over its site, whose snapshot is there; return the site's id."""
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, asking.APPLY, copy_id)
        snapshot = await backups.open_of(work, site_id, Deed.SNAPSHOT)
        assert snapshot is not None
        snapshot.state = BackupState.DONE
    return site_id


async def told(desk: Desk, action: str, state: str) -> list[int]:
    """Return the chats that read how an order ended."""
    async with desk.database.read() as work:
        rows = list(await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "order")))
        jobs = [await work.session.get_one(Job, row.params["job"]) for row in rows]
    return [row.chat_id for row, job in zip(rows, jobs, strict=True) if (job.action, job.state) == (action, state)]


async def lines(desk: Desk) -> list[str]:
    async with desk.database.read() as work:
        return [line.action async for line, _ in ledger.lines(work) if line.action.startswith("hosting.")]


async def is_waiting(desk: Desk, hosting_id: int) -> bool:
    async with desk.database.read() as work:
        return await suspensions.waiting_of(work, hosting_id) is not None


@pytest.mark.parametrize("stage", [Stage.READY, Stage.PUT])
async def test_a_site_that_is_being_changed_from_its_copy_stays_closed_from_then_on(desk: Desk, stage: Stage) -> None:
    site_id = await applied_to(desk)
    if stage is Stage.PUT:
        await end(desk, site_id)
    await begin(desk, site_id)
    assert not await close(desk, site_id), "the server is at work on it"
    wanted = [state_of((await newest(desk, site_id))[0])]
    while (await newest(desk, site_id))[1].keeps_others_waiting:
        site, _ = await end(desk, site_id)
        wanted.append(state_of(site))
    assert wanted[0][0] == (State.ACTIVE if stage is Stage.READY else State.SUSPENDED)
    assert {*wanted[1:]} == {(State.SUSPENDED, REASON)}, "it never opens in between"
    _, job = await newest(desk, site_id)
    assert (job.action, job.state, job.asked_by) == (suspension.SUSPEND, "done", desk.ids["kabid"])
    assert not await is_waiting(desk, site_id)
    async with desk.database.read() as work:
        (last,) = await work.session.scalars(
            select(Job).where(Job.hosting_id == site_id, Job.action == asking.APPLY).order_by(Job.id.desc()).limit(1)
        )
    became = Stage.UNDONE if stage is Stage.READY else Stage.DONE
    assert (last.data[STAGE], last.data[applying.STAYS_CLOSED]) == (became, REASON)
    noted = [line for line in await lines(desk) if "suspend" in line]
    assert noted == ["hosting.suspend_noted", "hosting.suspend"]


async def test_what_waits_for_its_snapshot_gives_way_at_once(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, asking.APPLY, copy_id)
    assert await close(desk, site_id)
    site, job = await newest(desk, site_id)
    assert (job.action, state_of(site)) == (suspension.SUSPEND, (State.SUSPENDED, REASON))
    assert await told(desk, asking.APPLY, "cancelled") == [1002], "whoever ordered it"
    async with desk.database.read() as work:
        assert job.id in [one.id for one in await hostings.open_jobs(work)]
    assert state_of((await end(desk, site_id))[0]) == (State.SUSPENDED, REASON)


async def test_a_site_that_was_about_to_open_again_stays_closed(desk: Desk) -> None:
    site_id = await applied_to(desk)
    await end(desk, site_id)
    site, job = await end(desk, site_id)
    assert (job.data[STAGE], job.state, state_of(site)) == (Stage.DONE, "waiting", (State.ACTIVE, ""))
    assert not await close(desk, site_id)
    site, job = await newest(desk, site_id)
    assert (job.data[STAGE], state_of(site)) == (Stage.DONE, (State.SUSPENDED, REASON))
    await end(desk, site_id)
    assert (await newest(desk, site_id))[1].action == suspension.SUSPEND


async def test_another_php_that_waits_is_taken_back_with_what_it_wanted(desk: Desk) -> None:
    site_id = await add_hosting(desk, "web", php="8.2")
    await backed_up(desk)
    async with desk.database.write() as work:
        server = await hostings.server(work, 1)
        server.facts = {**server.facts, "php_versions": ["8.2", "8.4"]}
        site = await work.session.get_one(Hosting, site_id)
        wish = dataclasses.replace((await php.offer(work, site)).present, version="8.4")
        await php.change(desk.office, work, site, wish, by=Ordered(person_id=desk.ids["tim_teknis"]))
    assert await close(desk, site_id)
    spec = HostingSpec.from_data((await newest(desk, site_id))[0].spec)
    assert (spec.php_version, spec.state) == ("8.2", State.SUSPENDED)


@pytest.mark.parametrize("fails", [False, True])
async def test_an_import_ends_well_or_not_and_the_site_is_closed(desk: Desk, fails: bool) -> None:
    site_id = await add_hosting(desk, "web", php="8.2")
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        site.spec = {**site.spec, "database": True}
        await databases.want_load(desk.office, work, site, "lama.sql", by=Ordered(person_id=desk.ids["tim_teknis"]))
    await begin(desk, site_id)
    assert not await close(desk, site_id)
    with pytest.raises(Refused) as refused:
        await close(desk, site_id)
    assert refused.value.code == "wrong_hosting_state"
    failure = Failure(code="file_unfit", step="load", detail="ERROR 1064", applied=True) if fails else None
    site, job = await end(desk, site_id, failure)
    assert (job.action, job.state, state_of(site)) == (suspension.SUSPEND, "waiting", (State.SUSPENDED, REASON))


async def test_what_was_missed_is_closed_by_the_clock(desk: Desk) -> None:
    site_id = await add_hosting(desk, "web")
    async with desk.database.write() as work:
        row = Suspension(hosting_id=site_id, reason=REASON, began_at=work.now, waits=True)
        work.add(row)
    for _ in range(2):
        await suspension.carry_out_all(desk.office, desk.database)
    site, job = await newest(desk, site_id)
    assert (job.action, state_of(site), site.wanted_revision) == (suspension.SUSPEND, (State.SUSPENDED, REASON), 2)


async def test_nothing_is_done_to_a_site_whose_server_was_not_heard_but_going_on(desk: Desk) -> None:
    site_id = await applied_to(desk)
    await end(desk, site_id)
    unheard = Failure(code=str(ErrorCode.CONNECTION_LOST), step="connection", detail="cut off", applied=True)
    site, put = await end(desk, site_id, unheard)
    assert put.state == "failed"
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.standing(work, site_id)
        copy = await work.session.get_one(Hosting, 2)
        with pytest.raises(Refused, match="hosting_busy"):
            await asking.remove(work, copy, by=Ordered())
    assert not await close(desk, site_id), "it is closed, and stays so at the end"
    for _ in range(2):  # not heard once more, then it is
        async with desk.database.write() as work:
            await trying_again.retry(work, await desk.member(work, "engineer"), put.id)
        site, put = await end(desk, site_id, unheard)
        assert (put.data[STAGE], put.state) == (Stage.PUT, "failed")
    async with desk.database.write() as work:
        await trying_again.retry(work, await desk.member(work, "engineer"), put.id)
    site, job = await end(desk, site_id)
    assert (job.data[STAGE], state_of(site)) == (Stage.DONE, (State.SUSPENDED, REASON))
    await end(desk, site_id)
    _, job = await end(desk, site_id)
    assert (job.action, job.state) == (suspension.SUSPEND, "done")
    async with desk.database.write() as work:
        assert (await orders.standing(work, site_id)).id == site_id


PUT_BACK = ("files and database are as they were before",)


@pytest.mark.parametrize("heard", ["not the first time", "by a process that died"])
@pytest.mark.parametrize(("step", "left"), [("database", PUT_BACK), ("copy", ())])
async def test_a_second_try_that_does_not_get_to_it_opens_nothing(
    desk: Desk, heard: str, step: str, left: tuple[str, ...]
) -> None:
    site_id = await applied_to(desk)
    await end(desk, site_id)
    if heard == "not the first time":
        unheard = Failure(code=str(ErrorCode.CONNECTION_LOST), step="connection", detail="cut off", applied=True)
        _, put = await end(desk, site_id, unheard)
        async with desk.database.write() as work:
            await trying_again.retry(work, await desk.member(work, "engineer"), put.id)
    else:
        put = await begin(desk, site_id)
        assert await take(desk.office, desk.database, put.id) is not None
    locked = Failure(code=str(ErrorCode.LOCKED), step="lock", detail="somebody else is at work")
    site, put = await end(desk, site_id, locked)
    assert (put.data[STAGE], put.state, state_of(site)[0]) == (Stage.PUT, "failed", State.SUSPENDED)
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.standing(work, site_id)
        await trying_again.retry(work, await desk.member(work, "engineer"), put.id)
    refused = Failure(code=str(ErrorCode.STEP_FAILED), step=step, detail="it did not load", left=left, applied=True)
    _, back = await end(desk, site_id, refused)
    assert (back.data[STAGE], back.state) == (Stage.BACK, "waiting"), "the server itself says what the site holds"
    site, _ = await end(desk, site_id)
    assert state_of(site)[0] == State.ACTIVE


async def test_a_first_try_that_does_not_get_to_it_is_led_back(desk: Desk) -> None:
    site_id = await applied_to(desk)
    ready = await begin(desk, site_id)
    assert await take(desk.office, desk.database, ready.id) is not None, "what was made ready twice is not put yet"
    await end(desk, site_id)
    _, back = await end(desk, site_id, Failure(code=str(ErrorCode.LOCKED), step="lock", detail="at work"))
    assert back.data[STAGE] == Stage.BACK


@pytest.mark.parametrize("was_put", [False, True])
async def test_a_way_back_that_fails_keeps_only_a_site_that_was_touched(desk: Desk, was_put: bool) -> None:
    site_id = await applied_to(desk)
    refused = Failure(code=str(ErrorCode.MARIADB_REFUSED), step="copy", detail="ERROR 1064", applied=True)
    if was_put:
        await end(desk, site_id)
        await end(desk, site_id, refused)
    else:
        await begin(desk, site_id)
        await close(desk, site_id)
        await end(desk, site_id)
    _, back = await newest(desk, site_id)
    assert back.data[STAGE] == Stage.BACK
    site, job = await end(desk, site_id, refused)
    assert state_of(site)[0] == State.SUSPENDED
    assert (job.action, job.state) == ((asking.APPLY, "failed") if was_put else (suspension.SUSPEND, "waiting"))
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.standing(work, site_id)
