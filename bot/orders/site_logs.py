"""Log situs: which of them is asked in a message of its own."""

from __future__ import annotations

from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from workflows.hosting.orders import OrderedBy
from workflows.hosting.site_logs import SITE_LOG
from workflows.store.tables import Hosting


async def _choose(chat: ChatContext, hosting: Hosting, _by: OrderedBy, _answers: Answers) -> None:
    await chat.show_apart("site_logs", hosting=hosting.id)


ORDERS = (Order(action=SITE_LOG, texts="log_situs", handler=_choose, display_only=True),)
