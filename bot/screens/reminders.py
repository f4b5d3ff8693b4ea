"""What the clock says: a reminder to who must act, and to who stands above them once the deadline is over."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.callback_data import Show
from bot.screens.case import awaited
from bot.screens.keyboards import button, keyboard
from bot.screens.screen import Rendered, Screen
from bot.texts import html, plain
from workflows import words
from workflows.engine.description import Status
from workflows.people import whois
from workflows.store import clocks
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import CaseView, case_view

TEXTS = {"reminder": "waktu.pengingat", "escalation": "waktu.eskalasi"}


async def reminder(app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return what a reminder or an escalation (the row's kind) says of the case now; None once it has moved on."""
    member = await whois(work, row.chat_id)
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
        span=words.working_duration(abs(view.left)),
        due=view.due,
    )
