"""What is looked at when a staging copy is made, filled anew, or put over its site once more."""

from __future__ import annotations

import dataclasses

import pytest

from provisioning.agent.backup.wire import BackupAction
from provisioning.spec import Limits
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_staging_following import newest, with_copy
from tests.unit.workflows.test_staging_pair import backed_up, order
from workflows.hosting import databases, retry
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import applying, lifecycle
from workflows.refusal import Refused
from workflows.store import backups, hostings
from workflows.store.tables import BackupState, Hosting, JobState


async def test_a_copy_of_a_site_that_grew_takes_no_room_that_is_promised_to_others(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        site.spec = dataclasses.replace(site.spec, limits=Limits(disk_mb=5000))
    async with desk.database.write() as work:
        with pytest.raises(Refused) as refused:
            await order(desk, work, lifecycle.REFRESH, copy_id)
    assert (refused.value.code, refused.value.params["lacking"]) == ("room_lacking", ["disk_mb"])
    copy, job = await newest(desk, copy_id)
    assert (job.action, copy.spec.limits.disk_mb) == (lifecycle.MAKE.name, Limits().disk_mb)


async def test_the_name_that_is_made_is_free_where_the_server_has_a_zone_of_its_own(desk: Desk) -> None:
    first, second = await add_hosting(desk, "uji-web"), await add_hosting(desk, "web")
    async with desk.database.write() as work:
        (await hostings.server(work, 1)).zone = "kecamatan.test"
        for hosting_id, name in ((first, "uji-web"), (second, "web")):
            hosting = await work.session.get_one(Hosting, hosting_id)
            hosting.domain = f"{name}.kecamatan.test"
            hosting.spec = dataclasses.replace(hosting.spec, domains=(hosting.domain,))
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, second)
        with pytest.raises(Refused) as refused:
            await lifecycle.make(desk.office, work, site, by=OrderedBy())
    assert (refused.value.code, refused.value.params) == ("subdomain_taken", {"domain": "uji-web.kecamatan.test"})


async def test_what_is_put_over_a_site_days_later_waits_for_a_snapshot_of_that_day(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, applying.APPLY, copy_id)
    _, first = await newest(desk, site_id)
    async with desk.database.write() as work:
        snapshot = await backups.open_of(work, site_id, BackupAction.SNAPSHOT)
        found = await hostings.lock_job(work, first.id)
        assert snapshot is not None
        assert found is not None
        snapshot.state, found[0].state = BackupState.DONE, JobState.FAILED
    desk.clock.pass_time(days=3)
    async with desk.database.write() as work:
        again = await retry.retry(work, await desk.member(work, "engineer"), first.id)
    async with desk.database.read() as work:
        fresh = await backups.open_of(work, site_id, BackupAction.SNAPSHOT)
        assert fresh is not None
        assert fresh.job_id == again.id
        assert again.id not in [job.id for job in await hostings.open_jobs(work)]


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        ({"applied": False, "begun": False}, True),
        ({"applied": True, "begun": False}, True),
        ({"applied": True, "begun": True}, False),
        ({"applied": True}, False),  # as an older release said it
    ],
)
async def test_an_import_that_was_cut_off_is_no_state_to_keep(desk: Desk, error: dict[str, bool], waits: bool) -> None:
    site_id, _ = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        site.spec = dataclasses.replace(site.spec, database=True)
        first = await databases.want_load(desk.office, work, site, "lama.sql", by=OrderedBy())
        snapshot = await backups.open_of(work, site_id, BackupAction.SNAPSHOT)
        assert snapshot is not None
        snapshot.state, first.state, first.error = BackupState.DONE, JobState.FAILED, error
    async with desk.database.write() as work:
        again = await retry.retry(work, await desk.member(work, "engineer"), first.id)
    async with desk.database.read() as work:
        assert (await backups.open_of(work, site_id, BackupAction.SNAPSHOT) is not None) is waits
        assert (again.id in [job.id for job in await hostings.open_jobs(work)]) is not waits


async def test_a_job_that_had_no_snapshot_gets_none(desk: Desk) -> None:
    _, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, lifecycle.REFRESH, copy_id)
    _, job = await newest(desk, copy_id)
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        found[0].state = JobState.FAILED
    async with desk.database.write() as work:
        await retry.retry(work, await desk.member(work, "engineer"), job.id)
        assert await backups.open_of(work, copy_id, BackupAction.SNAPSHOT) is None
