"""A larger package is promised once, a smaller one gives room back when it stands, and never below what is held."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping

import pytest

from provisioning.spec import HostingSpec, Kind, Limits
from tests.unit.workflows.conftest import Desk
from workflows.hosting import orders, room
from workflows.hosting.orders import THE_OFFICE
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store import people as stored
from workflows.store.tables import Hosting, Job

SMALL, LARGE = Limits(disk_mb=1024, database_mb=512), Limits(disk_mb=5120, database_mb=2048)
ROOMY: Mapping[str, int] = {"disk_bytes": 0}


async def stands(desk: Desk, slug: str, limits: Limits, usage: Mapping[str, int] = ROOMY) -> None:
    spec = HostingSpec(slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=Kind.STATIC, limits=limits)
    async with desk.database.write() as work:
        opd = await stored.opd_by_code(work, "DISDIK")
        assert opd is not None
        work.add(
            Hosting(
                opd_id=opd.id,
                server_id=1,
                slug=slug,
                domain=spec.domains[0],
                state="wanted",
                spec=json.loads(spec.to_json()),
                wanted_revision=1,
                applied_revision=1,
                applied={"limits": dataclasses.asdict(limits), "usage": dict(usage)},
                created_at=work.now,
            )
        )


async def change(desk: Desk, slug: str, limits: Limits) -> Job:
    async with desk.database.write() as work:
        hosting = await hostings.by_slug(work, slug)
        assert hosting is not None
        wanted = dataclasses.replace(HostingSpec.from_data(hosting.spec), limits=limits)
        await room.take_for_change(work, hosting, wanted)
        return await orders.want(desk.office, work, hosting, wanted, by=THE_OFFICE, action="change_package", data={})


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
        found[0].state, found[1].applied_revision = "done", found[1].wanted_revision
        found[1].applied = {**found[1].applied, "limits": dataclasses.asdict(SMALL)}
    await change(desk, "kecil", LARGE)


async def test_a_package_that_its_content_does_not_fit_into_is_refused(desk: Desk) -> None:
    await stands(desk, "penuh", LARGE, {"disk_bytes": 3000 * 1024 * 1024})
    with pytest.raises(Refused) as caught:
        await change(desk, "penuh", SMALL)
    assert (caught.value.code, caught.value.params) == (
        "package_small",
        {"kind": "disk_mb", "held": 3000, "granted": 1024},
    )


async def test_while_one_change_is_under_way_another_is_refused(desk: Desk) -> None:
    await stands(desk, "satu", SMALL)
    await change(desk, "satu", Limits(disk_mb=2048))
    with pytest.raises(Refused, match="hosting_busy"):
        await change(desk, "satu", LARGE)
