"""Pasang WordPress."""

from __future__ import annotations

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting import passwords, wordpress
from workflows.hosting.orders import OrderedBy
from workflows.hosting.wordpress import WordPressRequest
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _form(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("wordpress")


async def _install(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    wish = WordPressRequest(title=answers["judul"], user=answers["pengguna"], email=answers["surel"])
    await wordpress.want(chat.app.office, chat.work, hosting, wish, by=by)


async def _fits(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(await wordpress.fits(work, hosting))


ORDERS = (
    Order(
        action=wordpress.WORDPRESS,
        texts="wordpress",
        handler=_install,
        form=_form,
        precondition=_fits,
        follow_up=passwords.CREDENTIALS,
    ),
)
