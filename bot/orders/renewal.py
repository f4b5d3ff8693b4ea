"""Masih diperlukan, and Catat perpanjangan for a head's letter on paper: a hosting goes on for another year."""

from __future__ import annotations

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Choice, Field, FieldType, Form
from workflows.hosting import letter_of_head, renewal, team
from workflows.hosting.letter_of_head import LetterOfHead
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

TEAM, RIGHT, CHANGES = "tim", "benar", "berubah"


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    """Ask whether those who look after it are still the right ones; by name."""
    names = ", ".join(person.name for person, _ in await team.team_of(work, hosting.opd_id))
    asked = Field(
        id=TEAM,
        type=FieldType.CHOICE,
        ask=plain("perpanjangan.tanya_tim", names=names),
        label=plain("perpanjangan.tim"),
        choices=(
            Choice(value=RIGHT, label=plain("perpanjangan.tim_benar")),
            Choice(value=CHANGES, label=plain("perpanjangan.tim_berubah")),
        ),
    )
    return Form(id="perpanjangan", title=plain("perpanjangan.judul"), fields=(asked,))


async def _renew(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await renewal.confirm(chat.work, hosting, by=by, team=answers[TEAM])
    if answers[TEAM] == CHANGES:
        await chat.say("perpanjangan.perbarui_tim", domain=hosting.domain)


async def _letter(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form(letter_of_head.FORM)


async def _renew_by_letter(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await renewal.confirm_by_letter(chat.work, hosting, LetterOfHead.from_answers(answers), by=by)


async def _is_asked(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(await renewal.open_question(work, hosting) is not None, "renewal_early")


ORDERS = (
    Order(
        action=renewal.RENEW,
        texts="perpanjangan",
        handler=_renew,
        form=_form,
        style="success",
        precondition=_is_asked,
    ),
    Order(
        action=renewal.RENEW_BY_LETTER,
        texts="perpanjangan",
        handler=_renew_by_letter,
        form=_letter,
        style="success",
        precondition=_is_asked,
    ),
)
