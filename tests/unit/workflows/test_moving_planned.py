"""A move that has a time: told before, called to mind, begun by itself, and kind to a staging copy."""

from __future__ import annotations

import datetime as dt

import pytest

from provisioning.spec import State
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_closing import close
from tests.unit.workflows.test_moving import Scene, scene
from tests.unit.workflows.test_moving_intervened import cancel, the_move, told
from workflows.hosting import orders
from workflows.hosting.opening import new_job
from workflows.moving import schedule
from workflows.moving.schedule import begin_and_remind
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting, JobState
from workflows.words import WITA

__all__ = ["scene"]


async def planned(scene: Scene, days: int = 7) -> dt.datetime:
    """Plan a move for 21:00 WITA some days from now, agreed to; return when it begins."""
    day = scene.desk.clock.now.astimezone(WITA).date() + dt.timedelta(days=days)
    starts = dt.datetime.combine(day, dt.time(21), WITA)
    await scene.ask(starts=starts)
    await scene.decide()
    return starts


async def reach(scene: Scene, moment: dt.datetime) -> None:
    """Let time pass to a moment, the office's clock ticking by the hour."""
    while scene.desk.clock.now < moment:
        scene.desk.clock.pass_time(minutes=60)
        await begin_and_remind(scene.desk.database)


def test_the_form_says_when() -> None:
    assert schedule.start_of({"tanggal": None}) is None
    for typed in ("21.30", "21:30"):
        begins = schedule.start_of({"tanggal": "2026-11-28", "jam": typed})
        assert begins == dt.datetime(2026, 11, 28, 13, 30, tzinfo=dt.UTC)


async def test_it_is_told_reminded_once_and_begins_by_itself_in_its_hour(scene: Scene) -> None:
    starts = await planned(scene)
    assert {one["reminds"] for one in await told(scene, "pemindahan.rencana_opd")} == {False}
    async with scene.desk.database.write() as work:
        assert (await orders.orderable(work, scene.hosting)).id == scene.hosting, "other work goes on until then"
        assert [one.id for one in await hostings.taking_room_on(work, 2)] == [scene.hosting], "its room is kept"
    await reach(scene, starts - dt.timedelta(hours=1))
    assert (await scene.phase(), scene.fleet.made) == ("planned", [])
    said = await told(scene, "pemindahan.rencana_opd")
    assert [one["reminds"] for one in said] == [False, False, True, True], "head and Tim Teknis, twice each"
    await reach(scene, starts)
    assert await scene.run() == "resting"


async def test_it_waits_for_work_that_is_under_way_and_is_given_up_where_the_site_was_closed(scene: Scene) -> None:
    starts = await planned(scene)
    async with scene.desk.database.write() as work:
        hosting = await hostings.lock(work, scene.hosting)
        assert hosting is not None
        job = new_job(work, hosting)
    await reach(scene, starts + dt.timedelta(hours=2))
    assert await scene.phase() == "planned"
    async with scene.desk.database.write() as work:
        found = await hostings.lock_job(work, job.id)
        assert found is not None
        found[0].state = JobState.DONE
    assert await close(scene.desk, scene.hosting)
    async with scene.desk.database.write() as work:
        newest = await hostings.newest_job(work, scene.hosting)
        assert newest is not None
        newest.state = JobState.DONE
    await reach(scene, scene.desk.clock.now + dt.timedelta(hours=1))
    assert (await scene.phase(), scene.fleet.made) == ("undone", [])
    assert len(await told(scene, "pemindahan.batal_opd")) == 2
    assert (await the_move(scene)).error == {"refusal": "no_hosting"}


async def test_called_off_before_its_time_nothing_begins_and_the_opd_hears_it(scene: Scene) -> None:
    starts = await planned(scene)
    await cancel(scene, "kabid")
    await reach(scene, starts + dt.timedelta(hours=1))
    assert (await scene.phase(), scene.fleet.made) == ("undone", [])
    assert [one["closed"] for one in await told(scene, "pemindahan.batal_opd")] == ["", ""]


async def test_a_time_that_is_over_is_refused_when_asked_and_when_agreed_to(scene: Scene) -> None:
    with pytest.raises(Refused, match="move_past"):
        await scene.ask(starts=scene.desk.clock.now)
    await scene.ask(starts=scene.desk.clock.now + dt.timedelta(hours=1))
    scene.desk.clock.pass_time(minutes=61)
    with pytest.raises(Refused, match="move_past"):
        await scene.decide()


async def test_the_team_of_a_staging_copy_knows_a_day_before(scene: Scene) -> None:
    copy = await add_hosting(scene.desk, "uji-e-arsip")
    async with scene.desk.database.write() as work:
        row = await work.session.get_one(Hosting, copy)
        row.copy_of, row.ends_on = scene.hosting, dt.date(2100, 1, 1)
    for starts in (None, scene.desk.clock.now + dt.timedelta(hours=20)):
        with pytest.raises(Refused, match="move_copy_soon"):
            await scene.ask(starts=starts)
    starts = await planned(scene)
    assert all(one["copy"].startswith("uji-") for one in await told(scene, "pemindahan.rencana_opd"))
    await reach(scene, starts - dt.timedelta(hours=1))
    assert await state_of_copy(scene, copy) is State.ACTIVE
    await reach(scene, starts)
    assert await state_of_copy(scene, copy) is State.REMOVED


async def state_of_copy(scene: Scene, copy: int) -> State:
    async with scene.desk.database.read() as work:
        return (await work.session.get_one(Hosting, copy)).spec.state
