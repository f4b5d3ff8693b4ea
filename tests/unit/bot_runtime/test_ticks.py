"""What happens by the clock: each tick by itself, whatever becomes of the others."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot import metrics
from bot.app import App
from bot.doctor import records
from bot.doctor.finding import Finding, Grade
from bot.process import tick_failures, ticks
from tests.unit.workflows.conftest import Desk, desk
from tests.unit.workflows.test_case import ask
from workflows.maintenance_windows import planning
from workflows.maintenance_windows.rules import WindowNotice
from workflows.people import members
from workflows.store import outbox
from workflows.store.tables import Case, OutboxMessage
from workflows.words import WITA

__all__ = ["desk"]

SATURDAY_NIGHT = {"tanggal": "2026-11-28", "jam": "21.00-23.30", "pekerjaan": "Memasang pembaruan keamanan."}
MONDAY_MORNING = dt.datetime(2026, 11, 30, 9, 0, tzinfo=WITA)
ENGINEER = 1007
ADMIN = 900
OF_SERVERS = {"servers", "drift", "reach", "inspections", "usage", "forgetting"}


async def test_a_reminder_that_fails_keeps_no_other_from_being_told(desk: Desk) -> None:
    case = await ask(desk)
    async with desk.database.write() as work:
        await planning.plan(work, await desk.member(work, "engineer"), 1, SATURDAY_NIGHT)
        (await work.session.get_one(Case, case.id)).sop_version = 999
    desk.clock.now = MONDAY_MORNING
    assert await _let_tick(desk), "the case of an unknown SOP makes some tick fail"
    assert await _asked_about_the_window(desk) == [ENGINEER]


async def test_a_tick_that_keeps_failing_is_told_once_a_day_and_found_by_the_doctor_until_it_works(desk: Desk) -> None:
    async with desk.database.write() as work:
        await members.appoint_admin(work, ADMIN)
    before = _counted("record")
    await _fail(desk)
    assert await _told_to_the_administrator(desk) == [], "one bad minute is no news"
    for _ in range(3):
        desk.clock.pass_time(minutes=10)
        await _fail(desk)
    (told,) = await _told_to_the_administrator(desk)
    assert told["name"] == "record"
    assert _counted("record") - before == 4
    (finding,) = await _findings(desk)
    assert finding.grade is Grade.BAD
    assert "record has failed 4 times since 2026-11-24 02:00 (RuntimeError" in finding.sentence
    desk.clock.pass_time(days=1)
    await _fail(desk)
    assert len(await _told_to_the_administrator(desk)) == 2
    async with tick_failures.noted(desk.database, "record"):
        pass
    assert await _findings(desk) == []


async def _fail(desk: Desk) -> None:
    with pytest.raises(RuntimeError):
        async with tick_failures.noted(desk.database, "record"):
            raise RuntimeError("no space left on device")


def _counted(tick: str) -> float:
    return metrics.REGISTRY.get_sample_value("layanan_tick_failures_total", {"tick": tick}) or 0


async def _findings(desk: Desk) -> list[Finding]:
    async with desk.database.read() as work:
        return [records.of_tick(*found) for found in (await tick_failures.failing(work)).items()]


async def _told_to_the_administrator(desk: Desk) -> list[dict[str, Any]]:
    async with desk.database.read() as work:
        return [row.params["params"] for row in await outbox.open_in(work, ADMIN, "notice")]


async def _let_tick(desk: Desk) -> list[Exception]:
    """Do what the clock would do, but for what asks servers or needs settings; return what failed."""
    app = App(settings=cast("Any", None), database=desk.database, office=desk.office, bot=cast("Any", None))
    scheduler = ticks.start(app)
    jobs = [job for job in scheduler.get_jobs() if job.id not in OF_SERVERS]
    scheduler.shutdown(wait=False)
    failures = []
    for job in jobs:
        try:
            await job.func(*job.args)
        except Exception as failure:  # noqa: BLE001 - as APScheduler does
            failures.append(failure)
    return failures


async def _asked_about_the_window(desk: Desk) -> list[int]:
    async with desk.database.read() as work:
        rows = list(await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice")))
    return [row.chat_id for row in rows if row.params["text"] == f"jendela.{WindowNotice.OVERDUE}"]
