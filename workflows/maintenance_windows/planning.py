"""Planning a window, moving, ending and cancelling it; each change is told in its own transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflows.calendar.office_calendar import calendar_of
from workflows.engine.description import Form
from workflows.engine.form_files import office_form
from workflows.maintenance_windows import rules
from workflows.maintenance_windows.notices import ask_engineers, tell_window
from workflows.maintenance_windows.rules import WindowNotice
from workflows.people.duty import engineer
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings, ledger, maintenance_windows
from workflows.store.tables import MaintenanceWindow
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

Answers = Mapping[str, Any]


def form() -> Form:
    """Return the questions of a window: which day, from when to when, what is done."""
    return office_form("jendela_pemeliharaan")


def answers_of(window: MaintenanceWindow) -> dict[str, str]:
    """Return a window as the answers of its form, to be changed."""
    begins, ends = (one.astimezone(WITA) for one in (window.begins_at, window.ends_at))
    hours = f"{begins:%H.%M}-{ends:%H.%M}"
    return {"tanggal": begins.date().isoformat(), "jam": hours, "pekerjaan": window.work}


async def plan(work: UnitOfWork, member: Member, server_id: int, answers: Answers) -> MaintenanceWindow:
    """Plan a window and tell those concerned.

    Raises `Refused`: wrong_role, window_unclear, window_past, window_meets (another one of that server).
    """
    engineer(member)
    await hostings.lock_server(work, server_id)
    begins, ends = await _free_span(work, server_id, answers)
    window = MaintenanceWindow(
        server_id=server_id,
        begins_at=begins,
        ends_at=ends,
        work=answers["pekerjaan"],
        state=rules.PLANNED,
        revision=1,
        told="",
        announced_at=work.now,
        planned_by=member.person.id,
        created_at=work.now,
    )
    work.add(window)
    await work.flush()
    await _note(work, member, window, "maintenance.planned")
    await tell_window(work, window, WindowNotice.PLANNED)
    return window


async def move(work: UnitOfWork, member: Member, window_id: int, revision: int, answers: Answers) -> MaintenanceWindow:
    """Give a window another time or another text, and tell it.

    Raises `Refused`: wrong_role, window_gone, window_unclear, window_past, window_meets.
    """
    window = await _planned(work, member, window_id, revision)
    begins, ends = await _free_span(work, window.server_id, answers, but=window.id)
    before = window.begins_at
    window.begins_at, window.ends_at, window.work = begins, ends, answers["pekerjaan"]
    window.revision, window.announced_at, window.told = window.revision + 1, work.now, ""
    await _note(work, member, window, "maintenance.moved")
    await tell_window(work, window, WindowNotice.MOVED, before=before.isoformat())
    return window


async def finish(work: UnitOfWork, member: Member, window_id: int, revision: int) -> MaintenanceWindow:
    """Say that the work is done. Raises `Refused`: wrong_role, window_gone, window_early (it has not begun)."""
    window = await _planned(work, member, window_id, revision)
    if work.now < window.begins_at:
        raise Refused("window_early")
    return await _end(work, member, window, rules.DONE, WindowNotice.DONE)


async def cancel(work: UnitOfWork, member: Member, window_id: int, revision: int) -> MaintenanceWindow:
    """Give a window up. Raises `Refused`: wrong_role, window_gone."""
    window = await _planned(work, member, window_id, revision)
    return await _end(work, member, window, rules.CANCELLED, WindowNotice.CANCELLED)


async def tell_by_the_clock(database: Database) -> None:
    """Call to mind what comes, and ask the engineers about what is over; each once, in office hours."""
    async with database.write() as work:
        calendar = await calendar_of(work)
        if not calendar.is_open(work.now):
            return
        await work.lock_record()
        for window in await maintenance_windows.planned(work):
            times = {"begins": window.begins_at, "ends": window.ends_at, "announced": window.announced_at}
            said = rules.due(**times, now=work.now, calendar=calendar)
            if said is None or window.told == said:
                continue
            window.told = str(said)
            if said is WindowNotice.OVERDUE:
                await ask_engineers(work, window)
            else:
                await tell_window(work, window, said, days=rules.days_until(window.begins_at, work.now))


async def _free_span(
    work: UnitOfWork, server_id: int, answers: Answers, *, but: int | None = None
) -> tuple[dt.datetime, dt.datetime]:
    try:
        begins, ends = rules.span_of(dt.date.fromisoformat(answers["tanggal"]), answers["jam"])
    except rules.SpanError as error:
        raise Refused("window_unclear", {"text": answers["jam"]}) from error
    if begins <= work.now:
        raise Refused("window_past")
    other = await maintenance_windows.meeting(work, server_id, begins, ends, but=but)
    if other is not None:
        raise Refused("window_meets", {"at": other.begins_at.isoformat()})
    return begins, ends


async def _planned(work: UnitOfWork, member: Member, window_id: int, revision: int) -> MaintenanceWindow:
    engineer(member)
    window = await maintenance_windows.lock(work, window_id)
    if window is None or window.state != rules.PLANNED or window.revision != revision:
        raise Refused("window_gone", final=True)
    return window


async def _end(
    work: UnitOfWork, member: Member, window: MaintenanceWindow, state: str, told: WindowNotice
) -> MaintenanceWindow:
    window.state, window.ended_at, window.revision = state, work.now, window.revision + 1
    await _note(work, member, window, f"maintenance.{state}")
    await tell_window(work, window, told)
    return window


async def _note(work: UnitOfWork, member: Member, window: MaintenanceWindow, action: str) -> None:
    data = {
        "window": window.id,
        "server": window.server_id,
        "begins": window.begins_at.isoformat(),
        "ends": window.ends_at.isoformat(),
        "work": window.work,
    }
    mandate = engineer(member)
    await ledger.append(work, action, person_id=member.person.id, mandate_id=mandate.id, data=data)
