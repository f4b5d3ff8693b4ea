"""The screens of what is said about cases; each checks who reads."""

from __future__ import annotations

from bot.app import App
from bot.screens.cases.remarks import remark_screen, thread_screen
from bot.screens.named_screen import Args, for_members, number
from bot.screens.screen import Screen
from workflows.cases.remarks import INTERNAL
from workflows.people.insiders import sees_all
from workflows.people.members import Member
from workflows.store import remarks
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import case_view
from workflows.views.thread import remark_entry, thread


async def _remark(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    row = await remarks.get(work, args["remark"])
    view = await case_view(app.office, work, row.case_id, member) if row else None
    if row is None or view is None or (row.kind == INTERNAL and not sees_all(app.office, member)):
        return None
    return remark_screen(view.case, view.opd, await remark_entry(work, view.sop, row))


async def _thread(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await case_view(app.office, work, args["case"], member)
    entries = await thread(work, view.sop, view.case, inside=sees_all(app.office, member)) if view else []
    return thread_screen(view.case, view.opd, entries) if view and entries else None


SCREENS = (
    for_members("remark", _remark, number("remark"), by_button=False),
    for_members("thread", _thread, number("case"), by_button=False),
)
