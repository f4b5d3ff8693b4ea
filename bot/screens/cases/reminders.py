"""What the clock says: reminders, escalation to who stands above once it is too late, and a digest each morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot import formats
from bot.app import App
from bot.callback_data import Show
from bot.screens.cases.case import awaited
from bot.screens.keyboards import button, in_rows, keyboard
from bot.screens.lengths import fit
from bot.screens.screen import Rendered, Screen
from bot.texts import html, plain
from workflows.correspondence import unsigned
from workflows.engine.description import Status
from workflows.people.members import Member, today
from workflows.store import clocks
from workflows.store.tables import Letter, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import CaseView, case_view
from workflows.views.lists import PAGE
from workflows.views.waiting import Waiting, waiting_for

TEXTS = {"reminder": "waktu.pengingat", "escalation": "waktu.eskalasi"}


async def digest(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return what waits for a person, the longest first; None where nothing does any more, or another day has come."""
    if member is None or row.params["day"] != today(work).isoformat():
        return None
    found, letters = await waiting_for(app.office, work, member), await unsigned.of_member(work, member)
    return digest_screen(member.person.name, found, letters) if found or letters else None


def digest_screen(name: str, found: Sequence[Waiting], letters: Sequence[Letter] = ()) -> Screen:
    """Return the morning's digest, with a button to each case of the first page, one to all, and one to `letters`.

    These wait for a signature, the oldest first.
    """
    lines = [html("waktu.ringkasan", name=name, count=len(found)), ""]
    lines += [_digest_line(one) for one in found[:PAGE]]
    if letters:
        lines.append(html("waktu.ringkasan_surat", count=len(letters), since=letters[0].created_at))
    buttons = [
        button(one.line.case.number, Show("fresh_case", (str(one.line.case.id),)), "danger" if late(one) else "")
        for one in found[:PAGE]
    ]
    everything = [[button(plain("menu.tugas", count=len(found)), Show("tasks"), "primary")]] if found else []
    to_sign = [[button(plain("tanda_tangan.daftar"), Show("to_sign"))]] if letters else []
    return Screen(text=fit(lines), keyboard=keyboard([*in_rows(buttons, 2), *everything, *to_sign]))


def late(one: Waiting) -> bool:
    """Whether its deadline is over."""
    return one.left <= dt.timedelta()


def _digest_line(one: Waiting) -> str:
    return html(
        "waktu.ringkasan_baris",
        number=one.line.case.number,
        opd=one.line.opd,
        step=one.line.step.short_title,
        elapsed=formats.working_duration(one.elapsed),
        over=formats.working_duration(-one.left) if late(one) else "",
        left=formats.working_duration(one.left),
    )


async def reminder(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return what a reminder or an escalation (the row's kind) says of the case now; None once it has moved on."""
    case_id = int(row.params["case"])
    view = await case_view(app.office, work, case_id, member) if member else None
    if view is None or view.state.status is not Status.OPEN:
        return None
    present = (await clocks.present(work, [case_id])).get(case_id)
    if present is None or present.id != row.params["stay"]:
        return None
    rows = [[button(plain("waktu.buka", number=view.case.number), Show("fresh_case", (str(case_id),)), "primary")]]
    return Screen(text=_text(row.kind, view), keyboard=keyboard(rows))


def _text(kind: str, view: CaseView) -> str:
    over = view.left <= dt.timedelta()
    return html(
        TEXTS[kind],
        number=view.case.number,
        opd=view.opd,
        step=view.step.number,
        title=view.step.title,
        who=awaited(view) or plain("waktu.sistem"),
        deadline=view.step.deadline_text,
        over=over,
        span=formats.working_duration(abs(view.left)),
        due=view.due,
    )
