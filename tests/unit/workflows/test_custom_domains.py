"""Domains of OPDs' own: proven once in the city, served only while proven, and never taken away by time."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from provisioning.domain_proof import Destination, DomainLook, Proof
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows.casework import domains_given_up
from workflows.hosting.custom_domains import actions, verification
from workflows.hosting.custom_domains import orders as domain_orders
from workflows.hosting.custom_domains.rules import DAILY, HOURLY, SOON, DomainNotice, pause, told_next
from workflows.hosting.orders import THE_OFFICE
from workflows.refusal import Refused
from workflows.store import custom_domains, hostings, ledger
from workflows.store.tables import CustomDomain, Hosting, JobState, OutboxMessage

NAME = "pmb.smkn1.sch.id"
READY = DomainLook(proof=Proof.GIVEN, lead=Destination.HERE, addresses=("192.0.2.10",))
PROVEN = DomainLook(proof=Proof.GIVEN, lead=Destination.NOWHERE)
NOTHING = DomainLook(proof=Proof.MISSING, lead=Destination.NOWHERE)
SILENT = DomainLook(proof=Proof.SILENT, lead=Destination.SILENT)


async def waiting(desk: Desk, hosting_id: int, name: str = NAME) -> int:
    """Let a hosting wait for a domain; return the row's id."""
    async with desk.database.write() as work:
        row = CustomDomain(hosting_id=hosting_id, name=name, token=f"{hosting_id:032}", seen={}, misses=0, told="")
        row.created_at = row.look_at = work.now
        work.add(row)
        await work.flush()
        return row.id


async def seen(desk: Desk, domain_id: int, look: DomainLook) -> CustomDomain:
    async with desk.database.write() as work:
        row = await verification.keep_look(desk.office, work, domain_id, look)
    assert row is not None
    return row


async def hosting_of(desk: Desk, hosting_id: int) -> Hosting:
    async with desk.database.read() as work:
        found = await hostings.get(work, hosting_id)
    assert found is not None
    return found


async def wanted(desk: Desk, hosting_id: int) -> tuple[str, ...]:
    return (await hosting_of(desk, hosting_id)).spec.custom_domains


async def is_served(desk: Desk, hosting_id: int) -> None:
    """End the job that lets the server answer to it, as a server that did so does."""
    async with desk.database.write() as work:
        job = await hostings.newest_job(work, hosting_id)
        assert job is not None
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        found[0].state, found[1].applied_revision = JobState.DONE, found[1].wanted_revision
        await actions.served(work, *found)


async def messages(desk: Desk) -> list[int]:
    async with desk.database.read() as work:
        rows = await work.session.scalars(OutboxMessage.__table__.select().with_only_columns(OutboxMessage.chat_id))
        return sorted(rows)


async def test_it_is_wanted_once_it_is_proven_and_leads_here_and_not_before(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    for look in (NOTHING, SILENT, PROVEN, DomainLook(proof=Proof.MISSING, lead=Destination.HERE)):
        await seen(desk, domain, look)
        assert await wanted(desk, hosting_id) == ()
    await seen(desk, domain, DomainLook(proof=Proof.PARTLY, lead=Destination.HERE))
    assert await wanted(desk, hosting_id) == ()
    await seen(desk, domain, READY)
    assert await wanted(desk, hosting_id) == (NAME,)
    await seen(desk, domain, READY)
    async with desk.database.read() as work:
        lines = [line.action async for line, _ in ledger.lines(work) if "domain" in line.action]
    assert lines.count("hosting.domain_proven") == 1
    assert lines.count("hosting.add_custom_domain") == 1, "ordered once, however often it is looked at"


async def test_one_hosting_in_the_city_has_a_domain(desk: Desk) -> None:
    first, second = await add_hosting(desk, "satu"), await add_hosting(desk, "dua", "DINKES")
    one, two = await waiting(desk, first), await waiting(desk, second)
    await asyncio.gather(seen(desk, one, READY), seen(desk, two, READY))
    assert sorted([await wanted(desk, first), await wanted(desk, second)]) == [(), (NAME,)]
    async with desk.database.read() as work:
        rows = [await custom_domains.get(work, domain) for domain in (one, two)]
    assert sorted(row.told for row in rows if row) == ["", str(DomainNotice.HELD)]


async def test_the_store_itself_lets_no_two_hostings_hold_one_name(desk: Desk) -> None:
    first, second = await add_hosting(desk, "satu"), await add_hosting(desk, "dua")
    domains = [await waiting(desk, first), await waiting(desk, second)]

    async def prove() -> None:
        async with desk.database.write() as work:
            for domain in domains:
                row = await custom_domains.get(work, domain)
                assert row is not None
                row.proven_at = work.now

    with pytest.raises(Exception, match=r"(?i)unique"):
        await prove()


def show(desk: Desk, monkeypatch: pytest.MonkeyPatch, look: DomainLook) -> None:
    """Let the world's DNS say the same of every domain from now on."""

    async def custom_domain(*_: Any, **__: Any) -> DomainLook:
        return look

    monkeypatch.setattr(desk.office.fleet.outside, "custom_domain", custom_domain)


@pytest.mark.parametrize("look", [NOTHING, PROVEN, SILENT])
async def test_an_order_that_waited_is_taken_back_where_the_proof_is_gone_meanwhile(
    desk: Desk, look: DomainLook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    async with desk.database.read() as work:
        job = await hostings.newest_job(work, hosting_id)
    assert job is not None
    show(desk, monkeypatch, look)
    assert not await domain_orders.prove_again(desk.office, desk.database, job.id)
    hosting = await hosting_of(desk, hosting_id)
    assert hosting.spec.custom_domains == ()
    assert hosting.applied_revision == hosting.wanted_revision, "it is wanted again as it stands"
    async with desk.database.read() as work:
        assert await hostings.open_jobs(work) == []
    await seen(desk, domain, READY)
    assert await wanted(desk, hosting_id) == (NAME,), "asked for again once it is proven again"
    async with desk.database.read() as work:
        again = await hostings.newest_job(work, hosting_id)
    assert again is not None
    show(desk, monkeypatch, READY)
    assert await domain_orders.prove_again(desk.office, desk.database, again.id)


async def test_a_domain_that_is_served_and_lost_is_told_once_and_stays(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    await is_served(desk, hosting_id)
    before = len(await messages(desk))
    await seen(desk, domain, SILENT)
    assert len(await messages(desk)) == before, "name servers have bad minutes"
    for _ in range(3):
        desk.clock.pass_time(hours=1)
        row = await seen(desk, domain, PROVEN)
    told = (await messages(desk))[before:]
    assert row.told == DomainNotice.GONE
    assert len(told) == 3, "the head, the Tim Teknis and the engineer, once each"
    assert await wanted(desk, hosting_id) == (NAME,), "nothing is taken away by time"
    desk.clock.pass_time(hours=1)
    assert (await seen(desk, domain, READY)).told == DomainNotice.SERVED
    assert len(await messages(desk)) == before + 5, "the OPD hears that it is well again"


async def test_another_server_tells_at_once_of_records_that_name_the_old_one(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    await is_served(desk, hosting_id)
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, hosting_id)
        assert hosting is not None
        await domain_orders.moved(work, hosting)
    row = await seen(desk, domain, DomainLook(proof=Proof.GIVEN, lead=Destination.ELSEWHERE, addresses=("192.0.2.10",)))
    assert row.told == DomainNotice.GONE


async def test_what_ends_with_its_hosting_is_held_no_longer(desk: Desk) -> None:
    first, second = await add_hosting(desk, "satu"), await add_hosting(desk, "dua")
    domain, idle = await waiting(desk, first), await waiting(desk, first, "lain.smkn1.sch.id")
    await seen(desk, domain, READY)
    await is_served(desk, first)
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, first)
        assert hosting is not None
        await domains_given_up.hosting_ended(desk.office, work, hosting, is_gone=False)
        living = [row.id for row in await custom_domains.of_hosting(work, first)]
    assert living == [domain], "an archived hosting may come back with its domain; one that is waited for ends"
    assert idle not in living
    async with desk.database.write() as work:
        hosting = await hostings.lock(work, first)
        assert hosting is not None
        await domains_given_up.hosting_ended(desk.office, work, hosting, is_gone=True)
        assert await custom_domains.holder(work, NAME) is None
    other = await waiting(desk, second)
    await seen(desk, other, READY)
    assert await wanted(desk, second) == (NAME,)


async def test_what_is_served_is_not_given_up_by_a_press(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "e-sekolah")
    domain = await waiting(desk, hosting_id)
    await seen(desk, domain, READY)
    async with desk.database.write() as work:
        found = await custom_domains.lock(work, domain)
        assert found is not None
        with pytest.raises(Refused, match="domain_served"):
            await domains_given_up.give_up(desk.office, work, *found, by=THE_OFFICE)


def test_it_is_looked_for_eagerly_at_first_then_patiently() -> None:
    ages = (dt.timedelta(minutes=1), dt.timedelta(days=2), dt.timedelta(days=40))
    assert [pause(age, is_served=False, misses=0) for age in ages] == [SOON, HOURLY, DAILY]
    assert pause(ages[0], is_served=True, misses=0) == DAILY
    assert pause(ages[0], is_served=True, misses=1) == HOURLY


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        (DomainNotice.ASKED, {"is_proven": False}, DomainNotice.ASKED),
        (DomainNotice.ASKED, {"is_proven": True}, DomainNotice.PROVEN),
        (DomainNotice.PROVEN, {"is_proven": True}, DomainNotice.PROVEN),
        (DomainNotice.ASKED, {"is_held": True}, DomainNotice.HELD),
        (DomainNotice.SERVED, {"is_served": True, "misses": 1}, DomainNotice.SERVED),
        (DomainNotice.SERVED, {"is_served": True, "misses": 2}, DomainNotice.GONE),
        (DomainNotice.GONE, {"is_served": True, "misses": 1}, DomainNotice.GONE),
        (DomainNotice.GONE, {"is_served": True, "misses": 0}, DomainNotice.SERVED),
    ],
)
def test_what_is_told(told: DomainNotice, now: dict[str, int], expected: DomainNotice) -> None:
    state = {"is_proven": False, "is_held": False, "is_served": False, "misses": 0, **now}
    assert told_next(told, **state) is expected  # type: ignore[arg-type]
