"""A hosting whose spec no rule of today can read, as a program with stricter ones finds it, hides no other."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update

from provisioning.spec import Kind, Limits, SpecError, State
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows import capacity, servers
from workflows.hosting.opening import unwant
from workflows.hosting.server_capacity import LIMITS, capacity_on, promised_to
from workflows.store import hostings, observations, upkeep
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.views import addresses

TOO_STRICT = {"state": "suspended", "php_version": "8.2", "kind": "of another time"}


@pytest.fixture
async def unreadable(desk: Desk) -> int:
    """Let a hosting stand that can be read beside one that cannot; return the latter's id."""
    await add_hosting(desk, "arsip", php="8.4")
    spoilt = await add_hosting(desk, "berita")
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, spoilt)
        hosting.spec_data = {**hosting.spec_data, **TOO_STRICT}
    return spoilt


async def test_only_who_asks_for_its_spec_meets_the_fault(desk: Desk, unreadable: int) -> None:
    async with desk.database.read() as work:
        assert len(await hostings.of_opds(work, None)) == 2
        hosting = await work.session.get_one(Hosting, unreadable)
        with pytest.raises(SpecError, match="of another time"):
            _ = hosting.spec
        assert hosting.spec_if_readable is None
        assert hosting.wanted_state == State.SUSPENDED


async def test_lists_of_a_server_hold_it_beside_the_others(desk: Desk, unreadable: int) -> None:
    async with desk.database.write() as work:
        server = await hostings.server(work, 1)
        await servers.add_address(work, server, "192.0.2.10", dedicated=False)
        assert unreadable in [one.id for one in await observations.standing_on(work, 1)]
        assert [version for _, _, version in await upkeep.php_hostings(work)] == ["8.4", "8.2"]
        assert (await addresses.register(work))[0].names == ("arsip.tarakankota.go.id", "berita.tarakankota.go.id")


async def test_it_takes_the_room_that_it_last_had(desk: Desk, unreadable: int) -> None:
    async def promised(work: UnitOfWork) -> capacity.Capacity:
        return (await capacity_on(work, await hostings.server(work, 1), None)).promised

    large = Limits(disk_mb=50_000, memory_mb=2048)
    async with desk.database.write() as work:
        before = await promised(work)
        (await work.session.get_one(Hosting, unreadable)).applied = {LIMITS: dataclasses.asdict(large)}
        after = await promised(work)
    assert after.minus(before) == capacity.Capacity(disk_mb=50_000 - Limits().disk_mb, memory_mb=2048 - 256)


async def test_its_own_limits_count_where_none_stood(desk: Desk, unreadable: int) -> None:
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, unreadable)
        usual = promised_to(hosting)
        hosting.spec_data = {**hosting.spec_data, "limits": {"disk_mb": 50_000, "of_another_time": 3}}
        assert promised_to(hosting).disk_mb - usual.disk_mb == 50_000 - Limits().disk_mb


async def test_it_can_be_given_up(desk: Desk, unreadable: int) -> None:
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, unreadable)
        await unwant(work, hosting)
        assert hosting.wanted_state == State.REMOVED


async def test_what_is_wanted_is_read_anew_when_its_row_was_changed_elsewhere(desk: Desk) -> None:
    one = await add_hosting(desk, "arsip")
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, one)
        hosting.spec = dataclasses.replace(hosting.spec, kind=Kind.PHP, php_version="8.4")
        assert hosting.spec.php_version == "8.4"
        await work.flush()
        changed = {**hosting.spec_data, "php_version": "8.2"}
        await work.session.execute(
            update(Hosting).values(spec_data=changed).execution_options(synchronize_session=False)
        )
        locked = await hostings.lock(work, one)
        assert locked is hosting
        assert hosting.spec.php_version == "8.2"
