"""Fitness tests that begin by themselves: once after the handover, once a year, in office hours, a few a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from sqlalchemy import select

from provisioning.fitness.examine import CHECKS
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode, Plan
from provisioning.spec import HostingSpec, State
from provisioning.verification.verify import Check
from tests.unit.fleet_double import FleetDouble
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows.fitness import handover, procedure, record
from workflows.fitness.checklist import CheckedBy, checklist
from workflows.fitness.due import AT_ONCE
from workflows.fitness.judge import Result, Verdict
from workflows.fitness.yearly import begin_what_is_due
from workflows.office import Office
from workflows.store import fitness_tests, hostings
from workflows.store.tables import FitnessTest, Hosting, HostingState, OutboxMessage, UsageSample
from workflows.words import WITA

KABID, ENGINEER, HEAD, TEAM = 1005, 1007, 1001, 1002


class Site(FleetDouble):
    """Sites that are well, as long as they answer."""

    silent = False

    async def examine(self, server: Any, spec: HostingSpec, **_options: Any) -> tuple[Check, ...]:
        if self.silent:
            raise ProvisioningError(ErrorCode.UNREACHABLE, "no answer", step="inspect")
        return tuple(Check(name=name, ok=True, detail="") for name in CHECKS)

    async def plan(self, server: Any, spec: HostingSpec) -> Plan:
        return Plan(slug=spec.slug, basis="0" * 64, changes=())


def with_sites(desk: Desk) -> tuple[Office, Site]:
    fleet = Site()
    return dataclasses.replace(desk.office, fleet=fleet), fleet


async def at(desk: Desk, office: Office, moment: str) -> list[tuple[int, str, bool]]:
    """Let time come to a moment of WITA and begin what is due, twice; return all fitness tests there are by then."""
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    await begin_what_is_due(office, desk.database)
    await begin_what_is_due(office, desk.database)
    async with desk.database.read() as work:
        rows = list(await work.session.scalars(select(FitnessTest).order_by(FitnessTest.id)))
    return [(row.hosting_id, row.occasion, bool(row.seen)) for row in rows]


async def chats(desk: Desk, kind: str) -> list[int]:
    async with desk.database.read() as work:
        query = select(OutboxMessage.chat_id).where(OutboxMessage.kind == kind)
        return sorted(await work.session.scalars(query))


async def sign(desk: Desk, office: Office, fitness_id: int) -> None:
    for item in checklist().items:
        if item.by is CheckedBy.PERSON:
            async with desk.database.write() as work:
                row = await fitness_tests.get(work, fitness_id)
                assert row is not None
                engineer = await desk.member(work, "engineer")
                said = {"item_id": item.id, "result": Result.FULFILLED}
                await procedure.tick(work, engineer, row.id, row.revision, **said)  # type: ignore[arg-type]
    async with desk.database.write() as work:
        row = await fitness_tests.get(work, fitness_id)
        assert row is not None
        await procedure.close(office, work, await desk.member(work, "kabid"), row.id, row.revision)


async def test_one_after_the_handover_and_one_a_year_later_each_asked_once(desk: Desk) -> None:
    office, _ = with_sites(desk)
    hosting = await add_hosting(desk, "e-arsip")
    assert await at(desk, office, "2026-11-24T15:00") == [], "the handover itself is left in peace"
    assert await at(desk, office, "2026-11-25T03:00") == [], "nobody is asked by night"
    first = [(hosting, "serah_terima", True)]
    assert await at(desk, office, "2026-11-25T09:00") == first
    assert await chats(desk, "fitness") == [KABID, ENGINEER]
    await sign(desk, office, 1)
    assert await record.make_next(office, desk.database)
    assert not await record.make_next(office, desk.database), "one record is made once"
    assert await chats(desk, "fitness_report") == [HEAD, TEAM, KABID, ENGINEER]
    await has_become(desk, 1, Verdict.FIT)
    assert await at(desk, office, "2027-11-24T10:00") == first
    assert await at(desk, office, "2027-11-25T10:00") == [*first, (hosting, "tahunan", True)]


async def has_become(desk: Desk, fitness_id: int, verdict: Verdict) -> None:
    async with desk.database.write() as work:
        row = await fitness_tests.get(work, fitness_id)
        assert row is not None
        row.verdict = str(verdict)


async def test_a_site_without_a_backup_is_not_fit_and_is_asked_about_again_in_thirty_days(desk: Desk) -> None:
    office, _ = with_sites(desk)
    hosting = await add_hosting(desk, "e-arsip")
    first = await at(desk, office, "2026-11-25T09:00")
    await sign(desk, office, 1)
    assert await chats(desk, "notice") == [HEAD, TEAM], "what lacks, in plain words"
    assert await at(desk, office, "2026-12-24T10:00") == first
    assert await at(desk, office, "2026-12-28T10:00") == [*first, (hosting, "ulang", True)]


async def made(desk: Desk, hosting_id: int, files: int) -> None:
    """Let a hosting have been made just now, as its case has it, and looked at by the machine alone."""
    async with desk.database.write() as work:
        hosting = await hostings.get(work, hosting_id)
        assert hosting is not None
        await handover.note(work, hosting, {"trace": {"ok": True, "detail": ""}}, files=files)


async def test_what_was_seen_before_the_handover_waits_for_the_first_upload(desk: Desk) -> None:
    office, _ = with_sites(desk)
    hosting = await add_hosting(desk, "e-arsip")
    await made(desk, hosting, files=12)
    first = [(hosting, "serah_terima", True)]
    assert await at(desk, office, "2026-11-26T09:00") == first
    assert await chats(desk, "fitness") == [], "there is nothing to judge yet"
    async with desk.database.write() as work:
        today = dt.date(2026, 11, 27)
        work.add(UsageSample(hosting_id=hosting, server_id=1, day=today, inodes=340, measured_at=work.now))
        row = await work.session.get(Hosting, hosting)
        assert row is not None
        row.applied = {"verified_at": "2026-11-27T00:30:00+00:00"}  # an order meanwhile moves nothing
    assert await at(desk, office, "2026-11-27T09:00") == first
    assert await chats(desk, "fitness") == [KABID, ENGINEER]
    async with desk.database.read() as work:
        test = await fitness_tests.get(work, 1)
        assert test is not None
        assert len(test.seen) > 1, "all is looked at again"


async def test_a_site_that_does_not_answer_is_asked_about_all_the_same_and_judged_by_nothing(desk: Desk) -> None:
    office, fleet = with_sites(desk)
    fleet.silent = True
    hosting = await add_hosting(desk, "e-arsip")
    assert await at(desk, office, "2026-11-25T09:00") == [(hosting, "serah_terima", False)]


async def test_many_hostings_are_spread_over_the_days(desk: Desk) -> None:
    office, _ = with_sites(desk)
    for number in range(AT_ONCE + 2):
        await add_hosting(desk, f"e-{number}")
    assert len(await at(desk, office, "2026-11-25T09:00")) == AT_ONCE
    assert len(await at(desk, office, "2026-11-25T14:00")) == AT_ONCE
    assert len(await at(desk, office, "2026-11-26T09:00")) == AT_ONCE + 2


async def test_suspended_hostings_wait_and_removed_ones_are_dropped(desk: Desk) -> None:
    office, _ = with_sites(desk)
    suspended, removed = await add_hosting(desk, "e-tutup"), await add_hosting(desk, "e-pergi")
    async with desk.database.write() as work:
        row = await work.session.get(Hosting, suspended)
        assert row is not None
        row.spec = dataclasses.replace(row.spec, state=State.SUSPENDED)
    assert await at(desk, office, "2026-11-25T09:00") == [(removed, "serah_terima", True)]
    async with desk.database.write() as work:
        row = await work.session.get(Hosting, removed)
        assert row is not None
        row.state = HostingState.RELEASED
    await at(desk, office, "2026-11-25T10:00")
    async with desk.database.read() as work:
        found = await fitness_tests.get(work, 1)
        assert found is not None
        assert found.state == "dropped"
