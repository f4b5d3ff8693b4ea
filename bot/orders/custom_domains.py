"""Domain sendiri: those of the OPD's own that a hosting answers to, or waits for, in a message of their own."""

from __future__ import annotations

from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from workflows.hosting.custom_domains.actions import CUSTOM_DOMAINS
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store import custom_domains
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _list(chat: ChatContext, hosting: Hosting, _by: OrderedBy, _answers: Answers) -> None:
    await chat.show_apart("custom_domains", hosting=hosting.id)


async def _has_some(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(bool(await custom_domains.of_hosting(work, hosting.id)))


ORDERS = (
    Order(action=CUSTOM_DOMAINS, texts="domain_sendiri", handler=_list, precondition=_has_some, display_only=True),
)
