"""The office closes a site although something else is under way: at its end, or at once where that has not begun."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from provisioning.agent.backup.wire import BackupAction
from provisioning.errors import ErrorCode
from provisioning.plan import Applied, Plan
from provisioning.spec import State
from provisioning.verification.verify import Verification
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_staging_following import newest, with_copy
from tests.unit.workflows.test_staging_pair import backed_up, order
from workflows.hosting import databases, php, retry, suspension
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import applying
from workflows.hosting.staging.applying import Stage, stage_of
from workflows.jobs import outcome
from workflows.jobs.outcome import Failure, Success
from workflows.refusal import Refused
from workflows.store import backups, hostings, ledger, suspensions
from workflows.store.tables import BackupState, Hosting, Job, JobState, OutboxMessage, Suspension

REASON = "Situs dicurigai disusupi; sedang diperiksa."


async def close(desk: Desk, hosting_id: int) -> bool:
    """Let the Kabid close a site; return whether that is done at once."""
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        by = OrderedBy(person_id=desk.ids["kabid"])
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
        found = Success(
            applied=Applied(plan=plan, changed=True, facts={}), verification=Verification(()), usage=None,
            errand={"unsure": []},
        )  # fmt: skip
        await outcome.succeeded(desk.office, desk.database, job.id, found)
    return await newest(desk, hosting_id)


def state_of(hosting: Hosting) -> tuple[str, str]:
    spec = hosting.spec
    return spec.state, spec.suspension_reason


async def applied_to(desk: Desk) -> int:
    """Order a copy over its site, whose snapshot is there; return the site's id."""
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, applying.APPLY, copy_id)
        snapshot = await backups.open_of(work, site_id, BackupAction.SNAPSHOT)
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
    assert (job.action, job.state, job.asked_by) == (suspension.SUSPEND.name, "done", desk.ids["kabid"])
    assert not await is_waiting(desk, site_id)
    async with desk.database.read() as work:
        (last,) = await work.session.scalars(
            select(Job)
            .where(Job.hosting_id == site_id, Job.action == applying.APPLY.name)
            .order_by(Job.id.desc())
            .limit(1)
        )
    became = Stage.UNDONE if stage is Stage.READY else Stage.DONE
    assert (stage_of(last), data_of(applying.ApplyData, last)["stays_closed"]) == (became, REASON)
    noted = [line for line in await lines(desk) if "suspend" in line]
    assert noted == ["hosting.suspend_noted", "hosting.suspend"]


async def test_what_waits_for_its_snapshot_gives_way_at_once(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, applying.APPLY, copy_id)
    assert await close(desk, site_id)
    site, job = await newest(desk, site_id)
    assert (job.action, state_of(site)) == (suspension.SUSPEND.name, (State.SUSPENDED, REASON))
    assert await told(desk, applying.APPLY.name, "cancelled") == [1002], "whoever ordered it"
    async with desk.database.read() as work:
        assert job.id in [one.id for one in await hostings.open_jobs(work)]
    assert state_of((await end(desk, site_id))[0]) == (State.SUSPENDED, REASON)


@pytest.mark.parametrize("tries", [1, 2])
async def test_a_site_that_was_about_to_open_again_stays_closed(desk: Desk, tries: int) -> None:
    site_id = await applied_to(desk)
    await end(desk, site_id)
    site, job = await end(desk, site_id)
    if tries == 2:
        await end(desk, site_id, Failure(code=str(ErrorCode.LOCKED), step="lock", detail="at work"))
        async with desk.database.write() as work:
            await retry.retry(work, await desk.member(work, "engineer"), job.id)
        site, job = await newest(desk, site_id)
    assert (stage_of(job), job.state, state_of(site)) == (Stage.DONE, "waiting", (State.ACTIVE, ""))
    assert not await close(desk, site_id)
    site, job = await newest(desk, site_id)
    assert (stage_of(job), state_of(site)) == (Stage.DONE, (State.SUSPENDED, REASON))
    await end(desk, site_id)
    assert (await newest(desk, site_id))[1].action == suspension.SUSPEND.name


async def test_a_site_that_is_to_be_given_back_and_is_closed_again_is_never_opened(desk: Desk) -> None:
    site_id = await add_hosting(desk, "web")
    assert await close(desk, site_id)
    await end(desk, site_id)
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        given = await suspension.resume(desk.office, work, site, by=OrderedBy(person_id=desk.ids["engineer"]))
    assert await close(desk, site_id)
    site, job = await newest(desk, site_id)
    assert (job.action, state_of(site)) == (suspension.SUSPEND.name, (State.SUSPENDED, REASON))
    async with desk.database.read() as work:
        assert [one.id for one in await hostings.open_jobs(work)] == [job.id]
        assert (await work.session.get_one(Job, given.id)).state == "cancelled"
    assert len(await told(desk, suspension.RESUME.name, "cancelled")) == 1, "whoever ordered it"
    await end(desk, site_id)
    assert not await is_waiting(desk, site_id)


async def test_another_php_that_waits_is_taken_back_with_what_it_wanted(desk: Desk) -> None:
    site_id = await add_hosting(desk, "web", php="8.2")
    await backed_up(desk)
    async with desk.database.write() as work:
        server = await hostings.server(work, 1)
        server.facts = dataclasses.replace(server.facts, php_versions=("8.2", "8.4"))
        site = await work.session.get_one(Hosting, site_id)
        wish = dataclasses.replace((await php.offer(work, site)).present, version="8.4")
        await php.change(desk.office, work, site, wish, by=OrderedBy(person_id=desk.ids["tim_teknis"]))
    assert await close(desk, site_id)
    spec = (await newest(desk, site_id))[0].spec
    assert (spec.php_version, spec.state) == ("8.2", State.SUSPENDED)


@pytest.mark.parametrize("fails", [False, True])
async def test_an_import_ends_well_or_not_and_the_site_is_closed(desk: Desk, fails: bool) -> None:
    site_id = await add_hosting(desk, "web", php="8.2")
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        site.spec = dataclasses.replace(site.spec, database=True)
        await databases.want_load(desk.office, work, site, "lama.sql", by=OrderedBy(person_id=desk.ids["tim_teknis"]))
    await begin(desk, site_id)
    assert not await close(desk, site_id)
    with pytest.raises(Refused) as refused:
        await close(desk, site_id)
    assert refused.value.code == "wrong_hosting_state"
    failure = Failure(code="file_unfit", step="load", detail="ERROR 1064", applied=True) if fails else None
    site, job = await end(desk, site_id, failure)
    assert (job.action, job.state, state_of(site)) == (suspension.SUSPEND.name, "waiting", (State.SUSPENDED, REASON))


async def test_what_was_missed_is_closed_by_the_clock(desk: Desk) -> None:
    site_id = await add_hosting(desk, "web")
    async with desk.database.write() as work:
        row = Suspension(hosting_id=site_id, reason=REASON, began_at=work.now, waits=True)
        work.add(row)
    for _ in range(2):
        await suspension.carry_out_all(desk.office, desk.database)
    site, job = await newest(desk, site_id)
    assert (job.action, state_of(site), site.wanted_revision) == (suspension.SUSPEND.name, (State.SUSPENDED, REASON), 2)


async def test_what_an_engineer_closed_or_had_noted_the_kabid_takes_over_and_not_the_other_way_round(
    desk: Desk,
) -> None:
    hosting_id = await add_hosting(desk, "web")
    engineer, other = OrderedBy(person_id=desk.ids["engineer"]), "Diperbaiki."

    async def closes(by: OrderedBy, reason: str) -> bool:
        async with desk.database.write() as work:
            hosting = await work.session.get_one(Hosting, hosting_id)
            return await suspension.suspend(desk.office, work, hosting, by=by, reason=reason)

    assert await closes(engineer, other)
    await begin(desk, hosting_id)
    assert not await close(desk, hosting_id), "the engineer's is under way"
    site, job = await end(desk, hosting_id)
    assert (job.state, state_of(site)) == ("waiting", (State.SUSPENDED, REASON))
    await end(desk, hosting_id)
    for by in (engineer, OrderedBy(person_id=desk.ids["kabid"])):
        with pytest.raises(Refused) as refused:
            await closes(by, other)
        assert refused.value.code == "wrong_hosting_state"
    async with desk.database.read() as work:
        row = await suspensions.present(work, hosting_id)
        rows = list(await work.session.scalars(select(Suspension)))
    assert row is not None
    assert (row.person_id, row.reason, row.waits) == (desk.ids["kabid"], REASON, False)
    assert [one.ended_at is None for one in rows] == [False, True]
