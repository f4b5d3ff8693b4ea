"""What happens by the clock: each tick by itself, whatever becomes of the others."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import select

from bot.app import App
from bot.process import ticks
from tests.unit.workflows.conftest import Desk, desk
from tests.unit.workflows.test_case import ask
from workflows.maintenance_windows import planning
from workflows.maintenance_windows.rules import WindowNotice
from workflows.store.tables import Case, OutboxMessage
from workflows.words import WITA

__all__ = ["desk"]

SATURDAY_NIGHT = {"tanggal": "2026-11-28", "jam": "21.00-23.30", "pekerjaan": "Memasang pembaruan keamanan."}
MONDAY_MORNING = dt.datetime(2026, 11, 30, 9, 0, tzinfo=WITA)
ENGINEER = 1007
OF_SERVERS = {"servers", "drift", "reach", "inspections", "usage", "forgetting"}


async def test_a_reminder_that_fails_keeps_no_other_from_being_told(desk: Desk) -> None:
    case = await ask(desk)
    async with desk.database.write() as work:
        await planning.plan(work, await desk.member(work, "engineer"), 1, SATURDAY_NIGHT)
        (await work.session.get_one(Case, case.id)).sop_version = 999
    desk.clock.now = MONDAY_MORNING
    assert await _let_tick(desk), "the case of an unknown SOP makes some tick fail"
    assert await _asked_about_the_window(desk) == [ENGINEER]


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
