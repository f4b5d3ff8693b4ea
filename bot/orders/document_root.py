"""Folder situs."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting import document_root
from workflows.hosting.orders import OrderedBy
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _form(_app: App, _work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    form = office_form("folder_situs")
    folder = dataclasses.replace(form.fields[0], default=hosting.spec.document_root)
    return dataclasses.replace(form, fields=(folder,))


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await document_root.change(chat.app.office, chat.work, hosting, answers["folder"], by=by)


ORDERS = (Order(action=document_root.FOLDER, texts="folder_situs", handler=_change, form=_form),)
