"""IP addresses: shared unless one of its own is given, never held by two, free again when nobody has it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from provisioning.spec import HostingSpec, Kind
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_capacity import assessed, two_at_once
from tests.unit.workflows.test_case import push
from workflows import servers
from workflows.hosting import adoptions
from workflows.refusal import Refused
from workflows.store import addresses, hostings, people
from workflows.store.tables import Case
from workflows.store.tables.servers import NOTHING_TOLD
from workflows.views import addresses as register

SHARED = {"server": "web-1", "paket": "kecil", "alamat": "bersama"}
OWN = {"server": "web-1", "paket": "kecil", "alamat": "tersendiri"}


async def give(desk: Desk, *dedicated: str) -> None:
    async with desk.database.write() as work:
        server = (await hostings.servers(work))[0]
        await servers.add_address(work, server, "192.0.2.10", dedicated=False)
        for address in dedicated:
            await servers.add_address(work, server, address, dedicated=True)


async def addresses_of(desk: Desk, case: Case) -> list[str]:
    async with desk.database.read() as work:
        hosting = await hostings.of_case(work, case.id)
        assert hosting is not None
        return list(hosting.spec.addresses)


async def test_a_hosting_shares_an_address_unless_it_is_given_its_own(desk: Desk) -> None:
    await give(desk, "192.0.2.21", "192.0.2.20", "2001:db8::20")
    first, second = await assessed(desk, "satu"), await assessed(desk, "dua", "kepala_dinkes")
    await push(desk, first, "kabid", "pilih_server", SHARED)
    await push(desk, second, "kabid", "pilih_server", OWN)
    assert await addresses_of(desk, first) == []
    assert await addresses_of(desk, second) == ["192.0.2.20", "2001:db8::20"]
    async with desk.database.read() as work:
        lines = {line.address: (line.dedicated, line.reserved) for line in await register.register(work)}
    assert lines == {
        "192.0.2.10": (False, ("satu.tarakankota.go.id",)),
        "192.0.2.20": (True, ("dua.tarakankota.go.id",)),
        "192.0.2.21": (True, ()),
        "2001:db8::20": (True, ("dua.tarakankota.go.id",)),
    }


async def test_choosing_again_keeps_or_gives_back_what_was_held(desk: Desk) -> None:
    await give(desk, "192.0.2.20", "192.0.2.21")
    case = await assessed(desk, "satu")
    for answers, wanted in ((OWN, ["192.0.2.20"]), (OWN, ["192.0.2.20"]), (SHARED, [])):
        await push(desk, case, "kabid", "pilih_server", answers)
        assert await addresses_of(desk, case) == wanted
    async with desk.database.read() as work:
        assert [row.address for row in await addresses.free_on(work, 1)] == ["192.0.2.20", "192.0.2.21"]


async def test_a_withdrawn_or_refused_request_frees_its_address(desk: Desk) -> None:
    await give(desk, "192.0.2.20")
    first, second = await assessed(desk, "satu"), await assessed(desk, "dua", "kepala_dinkes")
    await push(desk, first, "kabid", "pilih_server", OWN)
    with pytest.raises(Refused) as refused:
        await push(desk, second, "kabid", "pilih_server", OWN)
    assert refused.value.code == "address_lacking"
    await push(desk, first, "kepala_opd", "tarik")
    await push(desk, second, "kabid", "pilih_server", OWN)
    assert await addresses_of(desk, second) == ["192.0.2.20"]


async def test_two_presses_at_one_instant_are_not_given_the_same_address(desk: Desk) -> None:
    await give(desk, "192.0.2.20")
    said = await two_at_once(desk, OWN)
    assert sorted(said) == ["address_lacking", "reserved"]


async def test_the_database_itself_knows_an_address_once_and_keeps_shared_ones_for_all(desk: Desk) -> None:
    await give(desk, "192.0.2.20")
    case = await assessed(desk, "satu")
    await push(desk, case, "kabid", "pilih_server", SHARED)
    columns = "server_id, address, kind, active, created_at"
    again = f"INSERT INTO addresses ({columns}) SELECT {columns} FROM addresses"
    for statement in (again, "UPDATE addresses SET hosting_id = 1 WHERE kind = 'shared'"):
        with pytest.raises(IntegrityError):
            async with desk.database.write() as work:
                await work.session.execute(text(statement))


async def test_only_an_address_that_nobody_has_can_be_retired(desk: Desk) -> None:
    await give(desk, "192.0.2.20")
    case = await assessed(desk, "satu")
    await push(desk, case, "kabid", "pilih_server", OWN)
    for address, code in (
        ("192.0.2.20", "address_held"),
        ("192.0.2.10", "address_last"),
        ("192.0.2.99", "address_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            async with desk.database.write() as work:
                await servers.retire_address(work, (await hostings.servers(work))[0], address)
        assert refused.value.code == code
    await push(desk, case, "kepala_opd", "tarik")
    async with desk.database.write() as work:
        await servers.retire_address(work, (await hostings.servers(work))[0], "192.0.2.20")
        assert await addresses.free_on(work, 1) == []


async def adopt(desk: Desk, slug: str, *given: str) -> None:
    spec = HostingSpec(
        slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=Kind.STATIC, database=False, addresses=given
    )
    async with desk.database.write() as work:
        opd = await people.opd_by_code(work, "DINKES")
        assert opd is not None
        await adoptions.begin_adoption(desk.office, work, (await hostings.servers(work))[0], spec, opd.id)


async def test_a_site_that_is_adopted_with_its_own_address_is_its_holder_from_the_first_moment(desk: Desk) -> None:
    await give(desk, "192.0.2.20")
    await adopt(desk, "lama", "192.0.2.20")
    case = await assessed(desk, "satu")
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kabid", "pilih_server", OWN)
    assert refused.value.code == "address_lacking"
    with pytest.raises(Refused) as refused:
        await adopt(desk, "lain", "192.0.2.20")
    assert (refused.value.code, refused.value.params["domain"]) == ("address_held", "lama.tarakankota.go.id")
    await adopt(desk, "lama", "192.0.2.20")  # cut off and begun again
    await adopt(desk, "lama")  # and once more, now sharing
    await push(desk, case, "kabid", "pilih_server", OWN)
    with pytest.raises(Refused) as refused:
        await adopt(desk, "lama", "192.0.2.20")
    assert refused.value.params["domain"] == "satu.tarakankota.go.id"


@pytest.mark.parametrize("address", ["192.0.2.10", "192.0.2.99"], ids=["shared", "unknown"])
async def test_nothing_is_adopted_with_an_address_that_is_not_one_of_its_own(desk: Desk, address: str) -> None:
    await give(desk, "192.0.2.20")
    with pytest.raises(Refused) as refused:
        await adopt(desk, "lama", address)
    assert refused.value.code == "address_unknown"
    async with desk.database.read() as work:
        assert await hostings.by_slug(work, "lama") is None


def enrolled(name: str, **addresses_of_it: Any) -> servers.NewServer:
    facts = dataclasses.replace(NOTHING_TOLD, **addresses_of_it)
    place = {"host": "192.0.2.10", "host_key": "ssh-ed25519 AAAA", "zone": "tarakankota.go.id"}
    return servers.NewServer(name=name, port=22, name_server="192.0.2.53", facts=facts, **place)


async def test_a_server_enrolled_again_has_the_addresses_it_was_told_now(desk: Desk) -> None:
    async with desk.database.write() as work:
        await servers.register_server(
            work, enrolled("web-9", addresses_shared=["192.0.2.30"], addresses_dedicated=["192.0.2.31"])
        )
        row = await servers.register_server(work, enrolled("web-9", addresses_shared=["192.0.2.30", "192.0.2.32"]))
        known = {one.address: one.active for one, _ in await addresses.of_server(work, row.id)}
    assert known == {"192.0.2.30": True, "192.0.2.31": False, "192.0.2.32": True}


async def test_two_servers_in_use_do_not_have_one_address(desk: Desk) -> None:
    async with desk.database.write() as work:
        await servers.register_server(work, enrolled("web-8", addresses_shared=["192.0.2.30"]))
    with pytest.raises(Refused) as refused:
        async with desk.database.write() as work:
            await servers.register_server(work, enrolled("web-9", addresses_shared=["192.0.2.30"]))
    assert refused.value.params == {"address": "192.0.2.30", "server": "web-8"}
    async with desk.database.write() as work:
        await servers.retire(work, "web-8")
        heir = await servers.register_server(work, enrolled("web-9", addresses_shared=["192.0.2.30"]))
        assert [one.address for one, _ in await addresses.of_server(work, heir.id)] == ["192.0.2.30"]
