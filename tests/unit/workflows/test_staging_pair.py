"""Nothing is copied between a site and a copy that are not one OPD's on one server any more."""

from __future__ import annotations

import pytest

from provisioning.spec import State
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_staging_following import newest, settle, with_copy
from workflows.hosting.action import JobAction
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import applying, lifecycle
from workflows.refusal import Refused
from workflows.store import hostings, people
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import UnitOfWork

PARTINGS = ("opd_id", "server_id")


async def part(desk: Desk, site_id: int, field: str) -> None:
    """Let a site be another OPD's, or stand on another server, while its copy stays what it was."""
    async with desk.database.write() as work:
        site = await work.session.get_one(Hosting, site_id)
        if field == "server_id":
            other = Server(
                name="web-2", host="192.0.2.20", host_key="ssh-ed25519 BBBB", zone="tarakankota.go.id",
                name_server="192.0.2.53", backup_place="/var/backups", created_at=work.now,
            )  # fmt: skip
            work.add(other)
            await work.flush()
            site.server_id = other.id
        else:
            other_opd = await people.opd_by_code(work, "DINKES")
            assert other_opd is not None
            site.opd_id = other_opd.id


async def backed_up(desk: Desk) -> None:
    async with desk.database.write() as work:
        (await hostings.server(work, 1)).backup_place = "/var/backups"


async def order(desk: Desk, work: UnitOfWork, action: JobAction, copy_id: int) -> None:
    copy, by = await work.session.get_one(Hosting, copy_id), OrderedBy(person_id=desk.ids["tim_teknis"])
    if action == applying.APPLY:
        await applying.order_apply(desk.office, work, copy, database=False, by=by)
    else:
        await lifecycle.refresh(desk.office, work, copy, by=by)


@pytest.mark.parametrize("action", [applying.APPLY, lifecycle.REFRESH])
@pytest.mark.parametrize("field", PARTINGS)
async def test_a_copy_that_is_left_over_neither_writes_nor_reads_what_is_anothers(
    desk: Desk, field: str, action: JobAction
) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    await part(desk, site_id, field)
    with pytest.raises(Refused) as refused:
        async with desk.database.write() as work:
            await order(desk, work, action, copy_id)
    assert (refused.value.code, refused.value.final) == ("copy_parted", True)
    assert refused.value.params == {"domain": "uji-web.tarakankota.go.id"}
    assert (await newest(desk, copy_id))[1].action == lifecycle.MAKE.name
    async with desk.database.read() as work:
        assert await hostings.newest_job(work, site_id) is None


async def stage_after_ready(desk: Desk, site_id: int) -> tuple[str, str]:
    """Let what was made ready be noted as done; return the next stage, and the state that is wanted of the site."""
    await settle(desk, site_id)
    async with desk.database.write() as work:
        job, site = await hostings.newest_job(work, site_id), await hostings.lock(work, site_id)
        assert job is not None
        assert site is not None
        await applying.go_on(desk.office, work, job, site)
    site, job = await newest(desk, site_id)
    return applying.stage_of(job), site.spec.state


@pytest.mark.parametrize("field", PARTINGS)
async def test_what_was_made_ready_is_put_into_no_site_that_was_parted_meanwhile(desk: Desk, field: str) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, applying.APPLY, copy_id)
    await part(desk, site_id, field)
    assert await stage_after_ready(desk, site_id) == (applying.Stage.BACK, State.ACTIVE)


async def test_what_was_made_ready_is_put_into_the_site_that_it_is_of(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    await backed_up(desk)
    async with desk.database.write() as work:
        await order(desk, work, applying.APPLY, copy_id)
    assert await stage_after_ready(desk, site_id) == (applying.Stage.PUT, State.SUSPENDED)
