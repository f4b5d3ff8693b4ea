"""What becomes of a staging copy as time passes, and as its site changes, in the office's books."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from provisioning.spec import State
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows import capacity
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.server_capacity import capacity_on
from workflows.hosting.staging import following, lifecycle
from workflows.refusal import Refused
from workflows.registers.rows import REGISTERS
from workflows.store import copies, hostings, renewals, uptime, usage
from workflows.store.tables import Hosting, HostingState, Job, JobState, OutboxMessage


async def with_copy(desk: Desk) -> tuple[int, int]:
    """Return the ids of a site and of its copy, which was made."""
    site_id = await add_hosting(desk, "web", php="8.2")
    async with desk.database.write() as work:
        site = await hostings.get(work, site_id)
        assert site is not None
        job = await lifecycle.make(desk.office, work, site, by=OrderedBy(person_id=desk.ids["tim_teknis"]))
        copy_id = job.hosting_id
    await settle(desk, copy_id)
    return site_id, copy_id


async def settle(desk: Desk, hosting_id: int) -> None:
    """Let the newest job of a hosting be done."""
    async with desk.database.write() as work:
        job, hosting = await hostings.newest_job(work, hosting_id), await hostings.get(work, hosting_id)
        assert job is not None
        assert hosting is not None
        job.state, hosting.applied_revision = JobState.DONE, job.wanted_revision


async def newest(desk: Desk, hosting_id: int) -> tuple[Hosting, Job]:
    async with desk.database.read() as work:
        job, hosting = await hostings.newest_job(work, hosting_id), await hostings.get(work, hosting_id)
        assert job is not None
        assert hosting is not None
        return hosting, job


async def told(desk: Desk, text: str) -> list[int]:
    """Return who has been told something, however often."""
    async with desk.database.read() as work:
        rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
        return sorted(row.chat_id for row in rows if row.params["text"] == text)


def reason_of(removal: Job) -> str:
    return data_of(lifecycle.CopyEndData, removal)["why"]


async def test_its_team_hears_three_days_before_once_and_then_it_goes(desk: Desk) -> None:
    _, copy_id = await with_copy(desk)
    desk.clock.pass_time(days=26)
    await following.follow_sites(desk.office, desk.database)
    assert await told(desk, "salinan_uji.segera_berakhir") == []
    desk.clock.pass_time(days=1, hours=-8)  # in the night
    await following.follow_sites(desk.office, desk.database)
    assert await told(desk, "salinan_uji.segera_berakhir") == []
    desk.clock.pass_time(hours=9)
    for _ in range(3):
        await following.follow_sites(desk.office, desk.database)
    assert await told(desk, "salinan_uji.segera_berakhir") == [1001, 1002]
    assert (await newest(desk, copy_id))[0].state == "wanted"
    desk.clock.pass_time(days=3)
    for _ in range(2):
        await following.follow_sites(desk.office, desk.database)
    copy, job = await newest(desk, copy_id)
    assert (copy.state, job.action, reason_of(job), job.asked_by) == ("leaving", "copy_remove", "over", None)


async def test_a_copy_that_is_being_changed_follows_as_soon_as_it_can(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    async with desk.database.write() as work:
        copy, site = await hostings.get(work, copy_id), await hostings.get(work, site_id)
        assert copy is not None
        assert site is not None
        await lifecycle.refresh(desk.office, work, copy, by=OrderedBy())
        site.spec = dataclasses.replace(site.spec, state=State.SUSPENDED, suspension_reason="diperiksa")
    await following.follow_sites(desk.office, desk.database)
    assert (await newest(desk, copy_id))[1].action == "copy_refresh"
    await settle(desk, copy_id)
    await following.follow_sites(desk.office, desk.database)
    copy, job = await newest(desk, copy_id)
    assert (job.action, copy.spec.state, copy.spec.suspension_reason) == ("copy_close", "suspended", "diperiksa")


async def test_it_goes_with_a_site_that_ends_or_is_handed_on(desk: Desk) -> None:
    for changed, why in (({"state": "leaving"}, "source_ends"), ({"opd_id": 2}, "handed")):
        site_id, copy_id = await with_copy(desk)
        async with desk.database.write() as work:
            site = await hostings.get(work, site_id)
            assert site is not None
            for name, value in changed.items():
                setattr(site, name, value)
        await following.follow_sites(desk.office, desk.database)
        copy, job = await newest(desk, copy_id)
        assert (copy.state, reason_of(job)) == ("leaving", why)
        async with desk.database.write() as work:
            for row in (await hostings.get(work, site_id), await hostings.get(work, copy_id)):
                assert row is not None
                row.state = HostingState.RELEASED


async def test_it_takes_room_and_stands_in_the_registers_and_in_no_yearly_duty(desk: Desk) -> None:
    site_id, copy_id = await with_copy(desk)
    async with desk.database.read() as work:
        server = await hostings.server(work, 1)
        copy = await hostings.get(work, copy_id)
        assert copy is not None
        promised = (await capacity_on(work, server, None)).promised
        site = await hostings.get(work, site_id)
        assert site is not None
        assert promised == capacity.share_of(site.spec).plus(capacity.share_of(copy.spec))
        assert [row.id for row in await hostings.of_opds(work, None)] == [site_id]
        assert await copies.of_hosting(work, site_id) is copy
        assert {*await usage.hostings_on(work, 1)} == {"web", "uji-web"}
        assert [row.id for row in await renewals.unasked(work)] == [site_id]
        assert [row.id for row, _ in await uptime.due(work, 10)] == [site_id]
        said = {"statis": "", "salinan_uji": "salinan uji"}
        words = dict.fromkeys(("ada", "tidak_ada", "keadaan_active"), "x") | said
        (line,) = await REGISTERS["konfigurasi"](work, words, 10, 0)
        assert line[0] == "web.tarakankota.go.id, uji-web.tarakankota.go.id (salinan uji)"


async def test_one_site_has_one_copy(desk: Desk) -> None:
    site_id, _ = await with_copy(desk)
    async with desk.database.write() as work:
        site = await hostings.get(work, site_id)
        assert site is not None
        with pytest.raises(Refused) as refused:
            await lifecycle.make(desk.office, work, site, by=OrderedBy())
        assert refused.value.code == "copy_exists"


async def test_a_name_that_another_site_has_is_not_taken_from_it(desk: Desk) -> None:
    await add_hosting(desk, "uji-web")
    site_id = await add_hosting(desk, "web")
    async with desk.database.write() as work:
        site = await hostings.get(work, site_id)
        assert site is not None
        with pytest.raises(Refused) as refused:
            await lifecycle.make(desk.office, work, site, by=OrderedBy())
    assert refused.value.code == "subdomain_taken"
