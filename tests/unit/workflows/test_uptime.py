"""Sites are looked at from outside: one look proves nothing, one message a server, the end says how long it took."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from provisioning.spec import HostingSpec, Kind, State
from provisioning.uptime import Availability, Cause
from tests.unit.workflows.conftest import FACTS, Desk
from workflows.hosting.opening import new_job
from workflows.store import inspections, ledger, observations, people, uptime
from workflows.store.tables import Hosting, JobState, MaintenanceWindow, OutboxMessage, Server
from workflows.uptime.pulse import Pulse
from workflows.uptime.rounds import check_uptime
from workflows.uptime.status import Status, incident_view, share_there, status


class KilledError(BaseException):
    """The process ends here."""


FIVE = dt.timedelta(minutes=5)
NOTHING = Availability(cause=Cause.NO_ANSWER, detail="no answer")
THERE = Availability(expires=dt.datetime(2027, 3, 1, tzinfo=dt.UTC), trusted=True)


@dataclasses.dataclass
class World:
    """What is seen from outside: sites by domain that are not there, and how often each was looked at."""

    desk: Desk
    missing: dict[str, Availability] = dataclasses.field(default_factory=dict)
    looks: list[str] = dataclasses.field(default_factory=list)
    dies: bool = False

    async def availability(self, _server: Any, spec: HostingSpec, **_options: Any) -> Availability:
        if self.dies:
            raise KilledError
        self.looks.append(spec.domains[0])
        return next((self.missing[name] for name in spec.domains if name in self.missing), THERE)

    async def minutes(self, count: int) -> None:
        """Let time pass, with a round each minute as the clock has it."""
        for _ in range(count):
            self.desk.clock.pass_time(minutes=1)
            await check_uptime(self.desk.office, self.desk.database, FIVE)

    async def told(self) -> list[tuple[int, bool]]:
        """Return the messages about incidents, each by its incident and whether it rang."""
        async with self.desk.database.read() as work:
            rows = await work.session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == "outage").order_by(OutboxMessage.id)
            )
            return [(row.params["incident"], row.params["loud"]) for row in rows]

    async def status(self) -> Status:
        async with self.desk.database.read() as work:
            return await status(work)

    async def stand(self, *slugs: str, server_id: int = 1) -> None:
        async with self.desk.database.write() as work:
            opd = await people.opd_by_code(work, "DINKES")
            assert opd is not None
            for slug in slugs:
                domain = f"{slug}.kota.test"
                spec = HostingSpec(slug=slug, domains=(domain,), kind=Kind.STATIC)
                work.add(
                    Hosting(
                        opd_id=opd.id,
                        server_id=server_id,
                        slug=slug,
                        domain=domain,
                        state="wanted",
                        spec=spec,
                        wanted_revision=1,
                        applied_revision=1,
                        created_at=work.now,
                    )
                )

    async def change(self, slug: str, **values: Any) -> None:
        async with self.desk.database.write() as work:
            row = (await work.session.scalars(select(Hosting).where(Hosting.slug == slug))).one()
            for name, value in values.items():
                setattr(row, name, value)

    async def order(self, slug: str, *, state: JobState, adding: str = "") -> None:
        """Let a change of it be wanted whose job is in this state."""
        async with self.desk.database.write() as work:
            row = (await work.session.scalars(select(Hosting).where(Hosting.slug == slug))).one()
            row.spec = dataclasses.replace(row.spec, domains=(*row.spec.domains, *([adding] if adding else [])))
            row.wanted_revision += 1
            new_job(work, row).state = state


@pytest.fixture
async def world(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(desk)
    monkeypatch.setattr(desk.office.fleet.outside, "availability", world.availability)
    await world.stand("satu", "dua")
    return world


def test_one_look_proves_nothing_and_two_do() -> None:
    doubted = Pulse().after(there=False)
    assert (doubted.up, doubted.doubts) == (True, 1)
    assert doubted.after(there=True) == Pulse()
    down = doubted.after(there=False)
    assert down == Pulse(up=False)
    assert down.after(there=True).after(there=False) == Pulse(up=False)
    assert down.after(there=True).after(there=True) == Pulse()


def test_a_doubt_is_looked_into_sooner_and_looks_do_not_fall_together() -> None:
    assert Pulse(doubts=1).pause(FIVE, 0.5) == dt.timedelta(minutes=1)
    pauses = [Pulse().pause(FIVE, chance) for chance in (0.0, 0.5, 1.0)]
    assert pauses == [dt.timedelta(minutes=4.5), FIVE, dt.timedelta(minutes=5.5)]


async def test_every_site_is_looked_at_every_few_minutes(world: World) -> None:
    await world.minutes(61)
    for domain in ("satu.kota.test", "dua.kota.test"):
        assert 10 <= world.looks.count(domain) <= 16
    assert await world.told() == []
    assert (await world.status()).up == 2


async def test_a_site_that_is_missed_once_is_no_news(world: World) -> None:
    await world.minutes(1)
    world.missing["satu.kota.test"] = NOTHING
    while not (await world.status()).sites[1].row.doubts:  # type: ignore[union-attr]
        await world.minutes(1)
    world.missing.clear()
    await world.minutes(20)
    assert await world.told() == []
    assert (await world.status()).down == []


async def test_an_outage_is_one_message_that_is_brought_up_to_date(world: World) -> None:
    await world.minutes(1)
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(30)
    assert await world.told() == [(1, True)], "told once, however long it takes"
    (down,) = (await world.status()).down
    assert down.domain == "satu.kota.test"
    world.missing["dua.kota.test"] = NOTHING
    await world.minutes(9)
    world.missing.clear()
    await world.minutes(15)
    told = await world.told()
    assert {incident for incident, _ in told} == {1}
    assert [rings for _, rings in told].count(True) <= 2
    async with world.desk.database.read() as work:
        view = await incident_view(work, 1)
        actions = [line.action async for line, _ in ledger.lines(work)]
    assert view is not None
    assert view.incident.ended_at is not None
    assert actions.count("hosting.down") == actions.count("hosting.up") == 2
    assert (await world.status()).down == []


async def test_a_server_that_is_gone_is_one_alert_about_the_server(world: World) -> None:
    async with world.desk.database.write() as work:
        other = Server(
            name="web-2",
            host="192.0.2.20",
            host_key="ssh-ed25519 BBBB",
            zone="kota.test",
            name_server="192.0.2.53",
            facts=FACTS,
            created_at=work.now,
        )
        work.add(other)
        await work.flush()
        other_id = other.id
    await world.stand("lain", server_id=other_id)
    await world.minutes(1)
    world.missing = {f"{slug}.kota.test": NOTHING for slug in ("satu", "dua")}
    await world.minutes(12)
    assert len({incident for incident, _ in await world.told()}) == 1
    assert [rings for _, rings in await world.told()].count(True) == 1, "one storm, one ring"
    async with world.desk.database.read() as work:
        view = await incident_view(work, 1)
    assert view is not None
    assert view.whole_server
    assert (await world.status()).up == 1


async def test_another_site_long_after_rings_again(world: World) -> None:
    await world.minutes(1)
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(45)
    world.missing["dua.kota.test"] = NOTHING
    await world.minutes(12)
    assert await world.told() == [(1, True), (1, True)]


async def plan_maintenance(world: World, hours: float) -> None:
    async with world.desk.database.write() as work:
        work.add(
            MaintenanceWindow(
                server_id=1,
                begins_at=work.now - dt.timedelta(minutes=1),
                ends_at=work.now + dt.timedelta(hours=hours),
                work="Mengganti disk",
                state="planned",
                announced_at=work.now,
                planned_by=world.desk.ids["engineer"],
                created_at=work.now,
            )
        )


async def test_what_goes_down_and_comes_back_in_a_planned_window_is_kept_and_not_told(world: World) -> None:
    await world.minutes(1)
    await plan_maintenance(world, hours=1)
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(20)
    assert len((await world.status()).down) == 1
    world.missing.clear()
    await world.minutes(20)
    assert await world.told() == []
    assert (await world.status()).sites[1].share < 1  # type: ignore[operator]


async def test_what_outlasts_its_window_rings(world: World) -> None:
    await world.minutes(1)
    await plan_maintenance(world, hours=0.5)
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(25)
    assert await world.told() == []
    await world.minutes(10)
    assert await world.told() == [(1, True)]


async def test_what_is_suspended_meanwhile_is_waited_for_no_longer(world: World) -> None:
    await world.minutes(1)
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(10)
    spec = (await _hosting(world, "satu")).spec
    await world.change("satu", spec=dataclasses.replace(spec, state=State.SUSPENDED))
    looked = world.looks.count("satu.kota.test")
    await world.minutes(10)
    assert world.looks.count("satu.kota.test") == looked
    assert await world.told() == [(1, True), (1, False)]
    async with world.desk.database.read() as work:
        assert await uptime.open_outages(work) == {}
        assert await uptime.open_incidents(work) == {}


async def test_nothing_is_said_of_a_hosting_that_is_being_changed(world: World) -> None:
    await world.minutes(1)
    world.missing["satu.kota.test"] = NOTHING
    await world.order("satu", state=JobState.WAITING)
    looked = world.looks.count("satu.kota.test")
    await world.minutes(12)
    assert world.looks.count("satu.kota.test") == looked
    assert await world.told() == []


async def test_what_stands_is_watched_also_after_a_change_that_failed(world: World) -> None:
    await world.minutes(1)
    await world.order("satu", state=JobState.FAILED, adding="baru.kota.test")
    world.missing["baru.kota.test"] = NOTHING
    await world.minutes(12)
    assert await world.told() == [], "a name that could not be added is not missed"
    assert len((await world.status()).sites) == 2
    world.missing["satu.kota.test"] = NOTHING
    await world.minutes(12)
    assert await world.told() == [(1, True)]
    async with world.desk.database.read() as work:
        slugs = [hosting.slug for hosting, _, _ in await inspections.due(work, "files", 9)]
        nightly = [hosting.slug for hosting in await observations.standing_on(work, 1)]
    assert sorted(slugs) == sorted(nightly) == ["dua", "satu"]


async def test_a_round_that_was_cut_off_is_made_again(world: World) -> None:
    world.missing["satu.kota.test"] = NOTHING
    world.dies = True
    with pytest.raises(KilledError):
        await world.minutes(1)
    assert len((await world.status()).unknown) == 2
    world.dies = False
    await world.minutes(10)
    assert await world.told() == [(1, True)]


def test_a_share_counts_what_was_missed_within_the_span() -> None:
    begin = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    end = begin + dt.timedelta(hours=10)

    def outage(first: float, last: float | None) -> Any:
        ended = None if last is None else begin + dt.timedelta(hours=last)
        return dataclasses.make_dataclass("Outage", ["began_at", "ended_at"])(begin + dt.timedelta(hours=first), ended)

    assert share_there([], begin, end) == 1
    assert share_there([outage(1, 2), outage(-3, 1)], begin, end) == pytest.approx(0.8)
    assert share_there([outage(9, None)], begin, end) == pytest.approx(0.9)
    assert share_there([outage(-9, -8)], begin, end) == 1


async def _hosting(world: World, slug: str) -> Hosting:
    async with world.desk.database.read() as work:
        return (await work.session.scalars(select(Hosting).where(Hosting.slug == slug))).one()
