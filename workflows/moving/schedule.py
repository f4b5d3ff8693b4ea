"""When a move begins: as soon as the Kabid agrees, or at a time of which its OPD is told before, and reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflows.calendar.office_calendar import calendar_of
from workflows.engine.description import Form
from workflows.engine.form_files import office_form
from workflows.hosting.staging.copy_spec import EndReason
from workflows.hosting.staging.following import end_before
from workflows.maintenance_windows.rules import WindowNotice
from workflows.maintenance_windows.rules import due as due_notice
from workflows.moving.decision import check_movable, record_move, show_move
from workflows.moving.rules import Phase
from workflows.moving.telling import remind_of_start, tell_return
from workflows.refusal import Refused
from workflows.store import hostings, moves
from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

AGAIN = dt.timedelta(minutes=1)  # where something else of the hosting has to end first


def form() -> Form:
    """Return the questions of a move: which day, and at what time."""
    return office_form("pemindahan")


def start_of(answers: Mapping[str, Any]) -> dt.datetime | None:
    """Return when a move is to begin by the answers of its form; None: as soon as it is agreed to. Pure."""
    if not answers.get("tanggal"):
        return None
    hour, minute = answers["jam"].replace(":", ".").split(".")
    return dt.datetime.combine(dt.date.fromisoformat(answers["tanggal"]), dt.time(int(hour), int(minute)), WITA)


async def begin_and_remind(database: Database) -> None:
    """Begin the moves whose time has come, and call the others to mind in office hours."""
    async with database.read() as work:
        due = [move.id for move in await moves.due(work, (Phase.PLANNED,), work.now)]
    for move_id in due:
        async with database.write() as work:
            move = await moves.lock(work, move_id)
            hosting = await hostings.lock(work, move.hosting_id) if move is not None else None
            if move is not None and hosting is not None and move.phase == Phase.PLANNED:
                await _begin(work, move, hosting)
    async with database.write() as work:
        if (await calendar_of(work)).is_open(work.now):
            await _remind(work)


async def _begin(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    try:
        await check_movable(work, hosting, asked=move.id)
        await end_before(work, hosting, EndReason.MOVES)
    except Refused as refused:
        if refused.code == "hosting_busy":
            move.due_at = work.now + AGAIN
            return
        move.phase, move.ended_at, move.error = str(Phase.UNDONE), work.now, {"refusal": refused.code}
        await tell_return(work, move, hosting)
    else:
        move.phase, move.due_at = str(Phase.AGREED), work.now
    await record_move(work, move, hosting)
    await show_move(work, move, loud=True)
    work.wake("moves")


async def _remind(work: UnitOfWork) -> None:
    calendar = await calendar_of(work)
    for found in await moves.planned(work):
        move, begins = await moves.lock(work, found.id), found.starts_at
        if move is None or begins is None or move.announced_at is None or move.reminded_at is not None:
            continue
        times = {"begins": begins, "ends": begins + AGAIN, "announced": move.announced_at}
        if due_notice(**times, now=work.now, calendar=calendar) is WindowNotice.REMINDER:
            hosting = await hostings.lock(work, move.hosting_id)
            move.reminded_at = work.now
            if hosting is not None:
                await remind_of_start(work, move, hosting)
