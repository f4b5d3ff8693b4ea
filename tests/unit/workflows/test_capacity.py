"""No server ever promises more than it may: whatever is reserved, given back, approved and removed, in any order."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from provisioning.spec import Kind, Limits
from tests.unit.workflows.conftest import FACTS, Desk
from tests.unit.workflows.test_case import AGENDA, DISPOSITION, ask, push
from workflows import capacity
from workflows.capacity import Capacity, Shares
from workflows.casework.press_button import press
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Case, HostingState
from workflows.store.tables.servers import NOTHING_TOLD, read_facts
from workflows.store.unit_of_work import Database, UnitOfWork

LAST_ROOM = {"disk_free_mb": 2000, "memory_total_mb": 100, "uplink_kbit": 1500}  # for one small hosting, not for two
SMALL, LARGE = Limits(disk_mb=1024, database_mb=512), Limits(disk_mb=5120, database_mb=2048, memory_mb=1024)


class Promises(RuleBasedStateMachine):
    """One server as the office sees it: promises are made only where `capacity.free` has room for them."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = dataclasses.replace(
            NOTHING_TOLD, disk_total_mb=20_000, disk_free_mb=15_000, memory_total_mb=1_000, uplink_kbit=10_000
        )
        self.reserved: list[Capacity] = []
        self.built: list[Capacity] = []

    def free(self) -> Capacity:
        unbuilt = sum_of(self.reserved)
        return capacity.free(self.facts, Shares(), promised=unbuilt.plus(sum_of(self.built)), unbuilt=unbuilt)

    @rule(limits=st.sampled_from([SMALL, LARGE]), kind=st.sampled_from(Kind), database=st.booleans())
    def reserve(self, limits: Limits, kind: Kind, database: bool) -> None:
        asked = capacity.needed(limits, kind=kind, database=database)
        if not self.free().minus(asked).lacking:
            self.reserved.append(asked)

    @precondition(lambda self: self.reserved)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))

    @precondition(lambda self: self.reserved)
    @rule(data=st.data(), filled=st.floats(0, 1))
    def build(self, data: st.DataObject, filled: float) -> None:
        made = self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))
        left = self.facts.disk_free_mb - int(made.disk_mb * filled)
        self.facts = dataclasses.replace(self.facts, disk_free_mb=left)
        self.built.append(made)

    @precondition(lambda self: self.built)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.built.pop(data.draw(st.integers(0, len(self.built) - 1)))

    @invariant()
    def no_more_is_promised_than_may_be(self) -> None:
        whole = capacity.total(self.facts, Shares())
        assert not whole.minus(sum_of([*self.reserved, *self.built])).lacking

    @invariant()
    def what_is_reserved_can_be_built_on_the_disk_that_is_free(self) -> None:
        assert sum_of(self.reserved).disk_mb <= max(self.facts.disk_free_mb, 0)


def sum_of(amounts: list[Capacity]) -> Capacity:
    whole = Capacity()
    for amount in amounts:
        whole = whole.plus(amount)
    return whole


TestPromises = Promises.TestCase


@given(disk=st.integers(1, 100), memory=st.integers(1, 5000), bandwidth=st.integers(1, 10_000))
def test_a_servers_shares_bound_what_it_promises(disk: int, memory: int, bandwidth: int) -> None:
    shares = Shares(disk_percent=disk, memory_percent=memory, bandwidth_percent=bandwidth)
    whole = capacity.total(FACTS, shares)
    assert whole == Capacity(10_000 * disk // 100, 2_000 * memory // 100, 100_000 * bandwidth // 100)


def test_a_servers_facts_are_read_as_the_agent_of_any_release_told_them() -> None:
    older = {name: value for name, value in FACTS.to_data().items() if name not in {"php_extensions", "services"}}
    assert read_facts({**older, "told_by_a_newer_one": 1}) == FACTS
    assert read_facts({}) == NOTHING_TOLD


def test_a_static_site_takes_no_memory_and_no_database_takes_no_room() -> None:
    assert capacity.needed(LARGE, kind=Kind.STATIC, database=False) == Capacity(5120, 0, 20_000)


async def assessed(desk: Desk, subdomain: str, who: str = "kepala_opd") -> Case:
    case = await ask(desk, who, subdomain=subdomain)
    await push(desk, case, "bagian_umum", "agendakan", AGENDA)
    await push(desk, case, "bagian_umum", "teruskan")
    return await push(desk, case, "kepala_dkisp", "disposisikan", DISPOSITION)


async def change_server(desk: Desk, **facts: Any) -> None:
    async with desk.database.write() as work:
        server = (await hostings.servers(work))[0]
        server.facts = dataclasses.replace(server.facts, **facts)


@pytest.mark.parametrize("scarce", ["disk_free_mb", "memory_total_mb", "uplink_kbit"])
async def test_two_presses_at_one_instant_are_not_promised_the_same_last_room(desk: Desk, scarce: str) -> None:
    """Two programs, each with a transaction of its own, press for two cases; the room is for one of them."""
    await change_server(desk, **{scarce: LAST_ROOM[scarce]})
    said = await two_at_once(desk, {"server": "web-1", "paket": "kecil"})
    assert sorted(said) == ["capacity_lacking", "reserved"]
    async with desk.database.read() as work:
        assert len(await hostings.held_on(work, 1)) == 1


async def two_at_once(desk: Desk, answers: dict[str, Any]) -> list[str]:
    """Press for two new cases at one instant, each from a program of its own; return what became of each."""
    pair = [await assessed(desk, "satu"), await assessed(desk, "dua", "kepala_dinkes")]
    programs = [
        Database(desk.database.engine.url.render_as_string(hide_password=False), clock=desk.clock) for _ in pair
    ]
    begun = asyncio.Barrier(2)

    async def choose(database: Database, case: Case) -> str:
        async with database.read() as work:
            kabid: Member = await desk.member(work, "kabid")
        await begun.wait()
        try:
            async with database.write() as work:
                await press_for(desk, work, kabid, case, answers)
        except Refused as refused:
            return refused.code
        return "reserved"

    said = await asyncio.gather(*(choose(database, case) for database, case in zip(programs, pair, strict=True)))
    for database in programs:
        await database.close()
    return said


async def press_for(desk: Desk, work: UnitOfWork, kabid: Member, case: Case, answers: dict[str, Any]) -> None:
    await press(
        desk.office,
        work,
        kabid,
        case_id=case.id,
        action_id="pilih_server",
        revision=case.revision,
        answers=answers,
    )


async def test_nothing_is_promised_on_old_words_of_a_server(desk: Desk) -> None:
    case = await assessed(desk, "satu")
    desk.clock.pass_time(minutes=11)
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    assert refused.value.code == "server_data_old"


async def test_a_full_server_says_which_other_has_room(desk: Desk) -> None:
    async with desk.database.write() as work:
        full = (await hostings.servers(work))[0]
        for name, free in (("web-2", 3_000), ("web-3", 8_000)):
            facts = dataclasses.replace(FACTS, disk_free_mb=free)
            values = {"host": "192.0.2.11", "host_key": full.host_key, "zone": full.zone, "name_server": "192.0.2.53"}
            work.add(type(full)(name=name, facts=facts, facts_at=work.now, created_at=work.now, **values))
        full.facts = dataclasses.replace(full.facts, disk_free_mb=10)
    case = await assessed(desk, "satu")
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    assert refused.value.params == {"server": "web-1", "lacking": ["disk_mb"], "other": "web-3"}


async def test_what_is_being_removed_keeps_its_room_until_it_is_gone(desk: Desk) -> None:
    first, second = await assessed(desk, "satu"), await assessed(desk, "dua", "kepala_dinkes")
    await change_server(desk, disk_total_mb=2_000)
    await push(desk, first, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    for state, possible in ((HostingState.LEAVING, False), (HostingState.RELEASED, True)):
        async with desk.database.write() as work:
            hosting = (await hostings.taking_room_on(work, 1))[0]
            hosting.state = state
        if possible:
            await push(desk, second, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
            continue
        with pytest.raises(Refused, match="capacity_lacking"):
            await push(desk, second, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})


async def test_a_server_taken_out_of_use_is_not_approved_on(desk: Desk) -> None:
    case = await assessed(desk, "satu")
    await push(desk, case, "kabid", "pilih_server", {"server": "web-1", "paket": "kecil"})
    await push(desk, case, "kabid", "rekomendasi_setuju", {})
    async with desk.database.write() as work:
        (await hostings.servers(work))[0].active = False
    with pytest.raises(Refused) as refused:
        await push(desk, case, "kepala_dkisp", "setujui")
    assert refused.value.code == "server_retired"


def test_amounts_add_up() -> None:
    share = capacity.needed(SMALL, kind=Kind.PHP, database=True)
    assert capacity.together([share, share]).disk_mb == 2 * (1024 + 512)
