"""Ganti kata sandi, and showing those that were made."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Form
from workflows.engine.questions import Choice
from workflows.hosting import credentials, passwords
from workflows.hosting.credentials import CredentialSource
from workflows.hosting.open import kinds_of
from workflows.hosting.orders import OrderedBy
from workflows.store import outbox
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

ALL = "all"


async def _form(_app: App, _work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    """Ask which, where there are several."""
    form, kinds = office_form("kata_sandi"), kinds_of(hosting)
    choices = tuple(Choice(value=kind, label=plain(f"kata_sandi.{kind}")) for kind in kinds)
    if len(kinds) > 1:
        choices += (Choice(value=ALL, label=plain("kata_sandi.both" if len(kinds) == 2 else "kata_sandi.all")),)
    which = dataclasses.replace(form.fields[0], choices=choices, assumed=kinds[0] if len(kinds) == 1 else "")
    return dataclasses.replace(form, fields=(which,))


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    kinds = kinds_of(hosting) if answers["apa"] == ALL else (answers["apa"],)
    await passwords.change(chat.app.office, chat.work, hosting, kinds, by=by)


async def _show(chat: ChatContext, hosting: Hosting, _by: OrderedBy, _answers: Answers) -> None:
    place = CredentialSource(hosting=hosting.id)
    await credentials.claim(chat.app.office, chat.work, chat.member, place)
    await outbox.put(chat.work, chat.chat_id, "credentials", place.to_data())


ORDERS = (
    Order(
        action=passwords.CREDENTIALS,
        texts="kata_sandi",
        handler=_show,
        needs_confirmation=True,
        style="primary",
        precondition=credentials.wait_for,
    ),
    Order(
        action=passwords.PASSWORDS,
        texts="kata_sandi",
        handler=_change,
        form=_form,
        needs_confirmation=True,
        follow_up=passwords.CREDENTIALS,
    ),
)
