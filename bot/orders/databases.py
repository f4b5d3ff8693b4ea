"""Salin basis data and Impor basis data."""

from __future__ import annotations

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting import databases
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

CHAT = "chat"


async def _where(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("salinan_basis_data")


async def _which(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("impor_basis_data")


async def _dump(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await databases.want_dump(chat.app.office, chat.work, hosting, chat=answers["ke"] == CHAT, by=by)


async def _load(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await databases.want_load(chat.app.office, chat.work, hosting, answers["berkas"], by=by)


async def _fits(_work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(hosting.spec.database)


ORDERS = (
    Order(action=databases.DUMP, texts="basis_data", handler=_dump, form=_where, precondition=_fits),
    Order(
        action=databases.LOAD,
        texts="basis_data",
        handler=_load,
        form=_which,
        needs_confirmation=True,
        style="danger",
        precondition=_fits,
    ),
)
