"""Ganti kata sandi, and showing those that were made; both for an envelope, where an OPD has nobody on Telegram."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Form
from workflows.engine.questions import Choice
from workflows.hosting import credentials, letter_of_head, passwords
from workflows.hosting.credentials import CredentialSource
from workflows.hosting.letter_of_head import LetterOfHead
from workflows.hosting.opening import kinds_of
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
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
    await passwords.change(chat.app.office, chat.work, hosting, _kinds(hosting, answers), by=by)


def _kinds(hosting: Hosting, answers: Answers) -> Sequence[str]:
    return kinds_of(hosting) if answers["apa"] == ALL else (answers["apa"],)


async def _form_by_letter(app: App, work: UnitOfWork, hosting: Hosting, answers: Answers) -> Form:
    """Ask which, and for the letter by which the head asks for it."""
    form = await _form(app, work, hosting, answers)
    return dataclasses.replace(form, fields=(*form.fields, *office_form(letter_of_head.FORM).fields))


async def _change_by_letter(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    letter = LetterOfHead.from_answers(answers)
    kinds = _kinds(hosting, answers)
    await passwords.change_by_letter(chat.app.office, chat.work, hosting, kinds, letter, by=by)


async def _is_on_paper(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    await passwords.need_paper(work, hosting)


async def _show(chat: ChatContext, hosting: Hosting, _by: OrderedBy, _answers: Answers) -> None:
    await _put(chat, "credentials", CredentialSource(hosting=hosting.id))


async def _print(chat: ChatContext, hosting: Hosting, _by: OrderedBy, _answers: Answers) -> None:
    await _put(chat, "credential_sheet", CredentialSource(hosting=hosting.id, printed=True))


async def _put(chat: ChatContext, kind: str, place: CredentialSource) -> None:
    await credentials.claim(chat.app.office, chat.work, chat.member, place)
    await outbox.put(chat.work, chat.chat_id, kind, place.to_data())


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
    Order(
        action=passwords.PRINT_CREDENTIALS,
        texts="kata_sandi",
        handler=_print,
        needs_confirmation=True,
        style="primary",
        precondition=credentials.wait_for_print,
    ),
    Order(
        action=passwords.PRINT_PASSWORDS,
        texts="kata_sandi",
        handler=_change_by_letter,
        form=_form_by_letter,
        needs_confirmation=True,
        precondition=_is_on_paper,
        follow_up=passwords.PRINT_CREDENTIALS,
    ),
)
