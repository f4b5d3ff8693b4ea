"""A hosting with an IP address of its own: from the inventory to DNS, web server and verification, and back again."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.commands.addresses import change
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import Secret
from tests.server.hosting.conftest import Hostings, engineers_access, enrolled, outside_of
from workflows import servers
from workflows.store import addresses, hostings, migrations
from workflows.store.unit_of_work import Database

BEYOND = 100  # added to a lab server's own address: nobody else there has such a one


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """In a file: what addresses are promised on either database is told in tests/unit/workflows/test_addresses.py."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/layanan.db")
    await migrations.upgrade(database)
    yield database
    await database.close()


async def take_in(database: Database, fleet: Fleet, server: LabServer, address: ServerAddress) -> None:
    facts = await fleet.facts(address)
    new = servers.NewServer(
        name=server.name,
        host=address.host,
        port=address.port,
        host_key=address.host_key,
        zone=server.zone,
        name_server=server.city.dns_address,
        facts=facts,
    )
    async with database.write() as work:
        await servers.register_server(work, new)


async def test_an_address_is_given_to_one_hosting_alone_and_taken_away_when_nobody_has_it(
    new_server: Callable[[], LabServer], fleet: Fleet, bot_key: Secret, database: Database, tmp_path: Path
) -> None:
    server = await asyncio.to_thread(new_server)
    own = str(ipaddress.ip_address(server.address) + BEYOND)
    device = server.run(f"ip -o -4 address show to {server.address}").stdout.split()[1]
    server.run(f"ip address add {own}/32 dev {device}")
    address, access = await enrolled(server, bot_key), engineers_access(server)
    await take_in(database, fleet, server, address)
    await change(database, server.name, access, own, dedicated=True, retire=False)
    assert (await fleet.facts(address)).addresses_dedicated == (own,)

    made = Hostings(fleet, address, server, tmp_path)
    shared, alone, late = await made.make(database=False), made.want(database=False), made.want(database=False)
    alone.spec = dataclasses.replace(alone.spec, addresses=(own,))
    late.spec = dataclasses.replace(late.spec, addresses=(own,))
    assert (await alone.apply()).facts["addresses"] == [own]
    assert (await alone.verify(neighbours=(shared.spec.slug,))).failed == ()
    assert (await shared.verify(neighbours=(alone.spec.slug,))).failed == ()
    outside = outside_of(server, tmp_path)
    assert (outside.dig(alone.name), outside.dig(shared.name)) == ([own], [server.address])
    with pytest.raises(ProvisioningError) as caught:
        await late.apply()
    assert caught.value.code is ErrorCode.ADDRESS_NOT_AVAILABLE

    alone.spec = dataclasses.replace(alone.spec, addresses=())
    await alone.apply()
    assert outside.dig(alone.name) == [server.address]
    assert (await alone.verify()).failed == ()

    await change(database, server.name, access, own, dedicated=True, retire=True)
    async with database.read() as work:
        row = await hostings.server_by_name(work, server.name)
        assert row is not None
        known = {one.address: one.active for one, _ in await addresses.of_server(work, row.id)}
    assert known == {server.address: True, own: False}
    with pytest.raises(ProvisioningError) as caught:
        await late.apply()
    assert caught.value.code is ErrorCode.ADDRESS_NOT_AVAILABLE
