"""The owner of a closed site has its files for a time: opened by who closed it, ended by hand, by its day, with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from provisioning.spec import HostingSpec, State
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_closing import REASON, close, end
from tests.unit.workflows.test_staging_following import newest
from workflows.hosting import cleaning, ending, orders, suspension
from workflows.hosting.orders import OrderedBy
from workflows.hosting.registry import ACTIONS
from workflows.hosting.rights import Denial
from workflows.refusal import Refused
from workflows.store.tables import Hosting


async def closed(desk: Desk, *, by: str = "kabid") -> int:
    hosting_id = await add_hosting(desk, "e-arsip")
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        who = OrderedBy(person_id=desk.ids[by])
        assert await suspension.suspend(desk.office, work, hosting, by=who, reason=REASON)
    await end(desk, hosting_id)
    return hosting_id


async def opened(desk: Desk, *, until: dt.date | None = None) -> int:
    hosting_id = await closed(desk)
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        await cleaning.open_files(desk.office, work, hosting, by=OrderedBy(person_id=desk.ids["kabid"]), until=until)
    await end(desk, hosting_id)
    return hosting_id


async def spec_of(desk: Desk, hosting_id: int) -> HostingSpec:
    async with desk.database.read() as work:
        return (await work.session.get_one(Hosting, hosting_id)).spec


async def test_its_files_are_open_its_site_is_not_and_after_its_day_they_are_closed(desk: Desk) -> None:
    hosting_id = await opened(desk)
    spec = await spec_of(desk, hosting_id)
    assert (spec.state, spec.cleaning, spec.suspension_reason) == (State.SUSPENDED, True, REASON)
    desk.clock.pass_time(days=7)
    await cleaning.end_after_its_day(desk.office, desk.database)
    assert (await spec_of(desk, hosting_id)).cleaning, "the last day is not over"
    desk.clock.pass_time(days=1)
    await cleaning.end_after_its_day(desk.office, desk.database)
    spec = await spec_of(desk, hosting_id)
    assert (spec.state, spec.cleaning) == (State.SUSPENDED, False)
    _, job = await end(desk, hosting_id)
    assert (job.action, job.asked_by) == (cleaning.CLOSE.name, None)
    await cleaning.end_after_its_day(desk.office, desk.database)
    _, last = await newest(desk, hosting_id)
    assert last.id == job.id, "it is closed once"


@pytest.mark.parametrize("ends_by", ["resume", "archive"])
async def test_it_ends_with_the_suspension(desk: Desk, ends_by: str) -> None:
    hosting_id = await opened(desk)
    async with desk.database.write() as work:
        hosting, by = await work.session.get_one(Hosting, hosting_id), OrderedBy(person_id=desk.ids["kabid"])
        if ends_by == "resume":
            await suspension.resume(desk.office, work, hosting, by=by)
        else:
            await ending.archive(desk.office, work, hosting, by=by, reason=REASON)
    assert not (await spec_of(desk, hosting_id)).cleaning
    await end(desk, hosting_id)
    if ends_by == "resume":
        assert await close(desk, hosting_id)
    assert not (await spec_of(desk, hosting_id)).opens_files, "closed anew it is closed to its owner, too"


async def test_closed_anew_by_the_kabid_it_is_closed_to_its_owner_too(desk: Desk) -> None:
    hosting_id = await closed(desk, by="engineer")
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        await cleaning.open_files(desk.office, work, hosting, by=OrderedBy(person_id=desk.ids["engineer"]))
    await end(desk, hosting_id)
    assert await close(desk, hosting_id)
    assert not (await spec_of(desk, hosting_id)).opens_files


async def test_an_engineer_opens_what_an_engineer_closed_and_nobody_opens_a_site_that_stands(desk: Desk) -> None:
    theirs = await closed(desk, by="engineer")
    async with desk.database.write() as work:
        engineer = await desk.member(work, "engineer")
        await cleaning.may_open(work, engineer, await work.session.get_one(Hosting, theirs))
        present = await work.session.get_one(Hosting, theirs)
        await suspension.resume(desk.office, work, present, by=OrderedBy(person_id=desk.ids["engineer"]))
    await end(desk, theirs)
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, theirs)
        with pytest.raises(Refused, match="wrong_hosting_state"):
            await cleaning.open_files(desk.office, work, hosting, by=OrderedBy(person_id=desk.ids["kabid"]))
    assert await close(desk, theirs)
    async with desk.database.read() as work:
        with pytest.raises(Refused, match="kabid_decided"):
            await cleaning.may_open(
                work, await desk.member(work, "engineer"), await work.session.get_one(Hosting, theirs)
            )


async def test_meanwhile_the_team_changes_passwords_and_keys_and_nothing_that_runs(desk: Desk) -> None:
    hosting_id = await opened(desk)
    async with desk.database.read() as work:
        hosting, team = await work.session.get_one(Hosting, hosting_id), await desk.member(work, "tim_teknis")
        for action in ("passwords", "ssh_keys", "credentials"):
            assert not isinstance(orders.may_order(team, hosting, ACTIONS[action]), Denial), action
        for action in ("php", "cron", "wordpress", "copy_make", "clean_close"):
            assert isinstance(orders.may_order(team, hosting, ACTIONS[action]), Denial), action
        spec = dataclasses.replace(hosting.spec, cleaning=False)
        hosting.spec = spec
        assert orders.may_order(team, hosting, ACTIONS["passwords"]) is Denial.STATE


async def test_a_day_that_is_over_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="date_past"):
        await opened(desk, until=dt.date(2020, 1, 1))


def test_what_was_written_before_the_field_is_read_and_older_agents_are_not_told_of_it() -> None:
    spec = HostingSpec.from_data(json.loads('{"slug":"web","domains":["web.example.go.id"],"kind":"static"}'))
    assert not spec.cleaning
    assert "cleaning" not in spec.to_json()
    assert HostingSpec.from_data(json.loads(dataclasses.replace(spec, cleaning=True).to_json())).cleaning
