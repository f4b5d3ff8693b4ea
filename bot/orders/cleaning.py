"""Buka SFTP untuk pembersihan and Tutup kembali."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting import cleaning
from workflows.hosting.orders import OrderedBy
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _form(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("pembersihan")


async def _open(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    until = answers.get("sampai")
    last = dt.date.fromisoformat(until) if until else None
    await cleaning.open_files(chat.app.office, chat.work, hosting, by=by, until=last)


async def _close(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await cleaning.close_files(chat.app.office, chat.work, hosting, by=by)


ORDERS = (
    Order(action=cleaning.OPEN, texts="pembersihan", handler=_open, form=_form, precondition=cleaning.may_open),
    Order(action=cleaning.CLOSE, texts="pembersihan", handler=_close, style="danger", precondition=cleaning.may_close),
)
