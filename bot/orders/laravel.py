"""Siapkan Laravel, and back."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Form
from workflows.engine.questions import Choice
from workflows.hosting import laravel, php
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

PREPARE, UNDO = "prepare", "undo"


async def _form(_app: App, _work: UnitOfWork, hosting: Hosting, answers: Answers) -> Form:
    """Ask for the folder, and where a hosting is prepared already, whether for another one or not at all."""
    form, spec = office_form("laravel"), hosting.spec
    folder = dataclasses.replace(form.field("folder"), default=spec.application or form.field("folder").example)
    if not spec.public_storage:
        return dataclasses.replace(form, fields=(folder,))
    choices = tuple(Choice(value=one, label=plain(f"laravel.{one}")) for one in (PREPARE, UNDO))
    what = dataclasses.replace(form.field("apa"), choices=choices)
    return dataclasses.replace(form, fields=(what, folder) if answers.get(what.id) == PREPARE else (what,))


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    office, work = chat.app.office, chat.work
    if answers.get("apa") == UNDO:
        await laravel.undo(office, work, hosting, by=by)
    else:
        await laravel.prepare(office, work, hosting, answers["folder"], by=by)


async def _fits(_work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(php.runs_php(hosting))


ORDERS = (Order(action=laravel.LARAVEL, texts="laravel", handler=_change, form=_form, precondition=_fits),)
