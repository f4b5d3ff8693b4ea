"""Tangguhkan and Aktifkan kembali."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from bot.texts import plain
from provisioning.spec import State
from workflows.engine.description import Form
from workflows.hosting import suspension
from workflows.hosting.orders import OrderedBy
from workflows.people.duty import is_on_duty
from workflows.people.members import Member
from workflows.roles import KABID
from workflows.store import inspections, people, suspensions
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _form(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("penangguhan")


async def _suspend(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> Mapping[str, Any]:
    until = answers.get("sampai")
    is_at_once = await suspension.suspend(
        chat.app.office,
        chat.work,
        hosting,
        by=by,
        reason=answers["alasan"],
        until=dt.date.fromisoformat(until) if until else None,
    )
    return {"waits": not is_at_once}


async def _may_be_closed(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    need(await suspension.may_be_closed(work, hosting.id, is_kabid=is_on_duty(member, KABID)))


async def _stakes(work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Answers:
    """Name whoever closed it before, whose decision is taken over."""
    row = await suspensions.present(work, hosting.id)
    by = await people.by_id(work, row.person_id) if row is not None and row.person_id is not None else None
    return {"closed_by": by.name if by else ""}


async def _resume(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await suspension.resume(chat.app.office, chat.work, hosting, by=by)


async def _before_opening(work: UnitOfWork, hosting: Hosting) -> list[str]:
    count = len(await inspections.open_of(work, hosting.id))
    suspected = [plain("penangguhan.masih_dicurigai", count=count)] if count else []
    is_archived = hosting.wanted_state == State.ARCHIVED
    return [*suspected, *([plain("penangguhan.dari_arsip")] if is_archived else [])]


ORDERS = (
    Order(
        action=suspension.SUSPEND,
        texts="penangguhan",
        handler=_suspend,
        form=_form,
        needs_confirmation=True,
        style="danger",
        stakes=_stakes,
        precondition=_may_be_closed,
        always_open=True,
    ),
    Order(
        action=suspension.RESUME,
        texts="penangguhan",
        handler=_resume,
        needs_confirmation=True,
        style="success",
        cautions=_before_opening,
        precondition=suspension.need_decider,
    ),
)
