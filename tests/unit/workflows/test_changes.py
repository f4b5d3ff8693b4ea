"""A larger package is promised once, a smaller one gives room back when it stands, and never below what is held."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from provisioning.agent.backup.wire import BackupAction, SnapshotReason
from provisioning.spec import HostingSpec, Kind, Limits
from tests.unit.workflows.conftest import Desk
from workflows.hosting import ending, orders, server_capacity
from workflows.hosting.change import PACKAGE
from workflows.hosting.orders import THE_OFFICE
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import backups, hostings, people
from workflows.store.tables import Hosting, Job, JobState, UsageSample

SMALL, LARGE = Limits(disk_mb=1024, database_mb=512), Limits(disk_mb=5120, database_mb=2048)


async def stands(desk: Desk, slug: str, limits: Limits, *, disk_bytes: int = 0) -> None:
    spec = HostingSpec(slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=Kind.STATIC, limits=limits)
    async with desk.database.write() as work:
        opd = await people.opd_by_code(work, "DISDIK")
        assert opd is not None
        hosting = Hosting(
            opd_id=opd.id,
            server_id=1,
            slug=slug,
            domain=spec.domains[0],
            state="wanted",
            spec=spec,
            wanted_revision=1,
            applied_revision=1,
            applied={"limits": dataclasses.asdict(limits)},
            created_at=work.now,
        )
        work.add(hosting)
        await work.flush()
        today = members.today(work)
        work.add(
            UsageSample(hosting_id=hosting.id, server_id=1, day=today, disk_bytes=disk_bytes, measured_at=work.now)
        )


async def change(desk: Desk, slug: str, limits: Limits) -> Job:
    async with desk.database.write() as work:
        hosting = await hostings.by_slug(work, slug)
        assert hosting is not None
        wanted = dataclasses.replace(hosting.spec, limits=limits)
        await server_capacity.take_for_change(work, hosting, wanted)
        return await orders.want(desk.office, work, hosting, wanted, by=THE_OFFICE, action=PACKAGE, data={})


async def test_the_last_room_is_promised_to_one_of_two_who_grow_at_once(desk: Desk) -> None:
    await stands(desk, "satu", SMALL)
    await stands(desk, "dua", SMALL)
    ended = await asyncio.gather(*(change(desk, slug, LARGE) for slug in ("satu", "dua")), return_exceptions=True)
    assert sum(isinstance(one, Job) for one in ended) == 1
    (refused,) = [one for one in ended if isinstance(one, Refused)]
    assert (refused.code, refused.params["lacking"]) == ("growth_lacking", ["disk_mb"])


async def test_what_a_smaller_package_gives_back_is_promised_when_the_server_holds_it(desk: Desk) -> None:
    await stands(desk, "besar", LARGE)
    await stands(desk, "kecil", SMALL)
    job = await change(desk, "besar", SMALL)
    with pytest.raises(Refused, match="growth_lacking"):
        await change(desk, "kecil", LARGE)
    async with desk.database.write() as work:
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        found[0].state, found[1].applied_revision = JobState.DONE, found[1].wanted_revision
        found[1].applied = {**found[1].applied, "limits": dataclasses.asdict(SMALL)}
    await change(desk, "kecil", LARGE)


async def test_a_package_that_its_content_does_not_fit_into_is_refused(desk: Desk) -> None:
    held, granted = 3000 * 1024 * 1024, 1024 * 1024 * 1024
    await stands(desk, "penuh", LARGE, disk_bytes=held)
    with pytest.raises(Refused) as caught:
        await change(desk, "penuh", SMALL)
    assert (caught.value.code, caught.value.params) == (
        "package_small",
        {"kind": "disk", "held": held, "granted": granted},
    )


async def test_while_one_change_is_under_way_another_is_refused(desk: Desk) -> None:
    await stands(desk, "satu", SMALL)
    await change(desk, "satu", Limits(disk_mb=2048))
    with pytest.raises(Refused, match="hosting_busy"):
        await change(desk, "satu", LARGE)


async def test_a_removal_waits_for_its_last_backup_where_the_server_keeps_any(desk: Desk) -> None:
    await stands(desk, "usai", SMALL)
    async with desk.database.write() as work:
        hosting = await hostings.by_slug(work, "usai")
        assert hosting is not None
        await ending.archive(desk.office, work, hosting, by=THE_OFFICE, reason="Tidak diperlukan lagi.")
    await finish(desk, "usai")
    with pytest.raises(Refused, match="removal_too_early"):
        await remove(desk, "usai", last_backup="Lemari 2")
    desk.clock.pass_time(days=30)
    with pytest.raises(Refused, match="form_needed"):
        await remove(desk, "usai")
    async with desk.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
    job = await remove(desk, "usai")
    async with desk.database.read() as work:
        last = await backups.open_of(work, job.hosting_id, BackupAction.SNAPSHOT)
        assert last is not None
        assert (last.job_id, last.reason) == (job.id, SnapshotReason.LAST)


async def finish(desk: Desk, slug: str) -> None:
    async with desk.database.write() as work:
        hosting = await hostings.by_slug(work, slug)
        assert hosting is not None
        job = await hostings.newest_job(work, hosting.id)
        assert job is not None
        job.state, hosting.applied_revision = JobState.DONE, hosting.wanted_revision


async def remove(desk: Desk, slug: str, *, last_backup: str = "") -> Job:
    async with desk.database.write() as work:
        hosting = await hostings.by_slug(work, slug)
        assert hosting is not None
        return await ending.remove(work, hosting, by=THE_OFFICE, last_backup=last_backup)
