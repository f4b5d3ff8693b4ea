"""A copy is put over its site by a server that is not heard to the end, or fails: what is opened then, and what not."""

from __future__ import annotations

import pytest

from provisioning.errors import ErrorCode
from provisioning.spec import State
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_closing import REASON, applied_to, begin, close, end, state_of
from tests.unit.workflows.test_staging_following import newest
from workflows.hosting import orders, retry, suspension
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import applying, lifecycle
from workflows.hosting.staging.applying import Stage, stage_of
from workflows.jobs.outcome import Failure
from workflows.jobs.reconcile import take
from workflows.refusal import Refused
from workflows.store.tables import Hosting


async def test_nothing_is_done_to_a_site_whose_server_was_not_heard_but_going_on(desk: Desk) -> None:
    site_id = await applied_to(desk)
    await end(desk, site_id)
    unheard = Failure(code=str(ErrorCode.CONNECTION_LOST), step="connection", detail="cut off", applied=True)
    site, put = await end(desk, site_id, unheard)
    assert put.state == "failed"
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.orderable(work, site_id)
        copy = await work.session.get_one(Hosting, 2)
        with pytest.raises(Refused, match="hosting_busy"):
            await lifecycle.remove(work, copy, by=OrderedBy())
    assert not await close(desk, site_id), "it is closed, and stays so at the end"
    for _ in range(2):  # not heard once more, then it is
        async with desk.database.write() as work:
            await retry.retry(work, await desk.member(work, "engineer"), put.id)
        site, put = await end(desk, site_id, unheard)
        assert (stage_of(put), put.state) == (Stage.PUT, "failed")
    async with desk.database.write() as work:
        await retry.retry(work, await desk.member(work, "engineer"), put.id)
    site, job = await end(desk, site_id)
    assert (stage_of(job), state_of(site)) == (Stage.DONE, (State.SUSPENDED, REASON))
    await end(desk, site_id)
    _, job = await end(desk, site_id)
    assert (job.action, job.state) == (suspension.SUSPEND.name, "done")
    async with desk.database.write() as work:
        assert (await orders.orderable(work, site_id)).id == site_id


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
            await retry.retry(work, await desk.member(work, "engineer"), put.id)
    else:
        put = await begin(desk, site_id)
        assert await take(desk.office, desk.database, put.id) is not None
    locked = Failure(code=str(ErrorCode.LOCKED), step="lock", detail="somebody else is at work")
    site, put = await end(desk, site_id, locked)
    assert (stage_of(put), put.state, state_of(site)[0]) == (Stage.PUT, "failed", State.SUSPENDED)
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.orderable(work, site_id)
        await retry.retry(work, await desk.member(work, "engineer"), put.id)
    refused = Failure(code=str(ErrorCode.STEP_FAILED), step=step, detail="it did not load", left=left, applied=True)
    _, back = await end(desk, site_id, refused)
    assert (stage_of(back), back.state) == (Stage.BACK, "waiting"), "the server itself says what the site holds"
    site, _ = await end(desk, site_id)
    assert state_of(site)[0] == State.ACTIVE


async def test_a_first_try_that_does_not_get_to_it_is_led_back(desk: Desk) -> None:
    site_id = await applied_to(desk)
    ready = await begin(desk, site_id)
    assert await take(desk.office, desk.database, ready.id) is not None, "what was made ready twice is not put yet"
    await end(desk, site_id)
    _, back = await end(desk, site_id, Failure(code=str(ErrorCode.LOCKED), step="lock", detail="at work"))
    assert stage_of(back) == Stage.BACK


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
    assert stage_of(back) == Stage.BACK
    site, job = await end(desk, site_id, refused)
    assert state_of(site)[0] == State.SUSPENDED
    assert (job.action, job.state) == (
        (applying.APPLY.name, "failed") if was_put else (suspension.SUSPEND.name, "waiting")
    )
    async with desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.orderable(work, site_id)
