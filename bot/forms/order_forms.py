"""What the forms of orders are for: their last button, and what is asked once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.forms.purpose import Purpose, PurposeGoneError
from bot.orders.order import SHOWN, Order
from bot.orders.registry import ORDERS
from bot.texts import plain
from workflows.hosting.orders import permitted
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def purpose(
    app: App, work: UnitOfWork, member: Member, data: Mapping[str, Any], answers: Mapping[str, Any]
) -> Purpose:
    """Return the purpose of an order's form, for as long as it may be given. Raises `PurposeGoneError`."""
    order = ORDERS.get(data["order"])
    hosting = await hostings.get(work, data["hosting"])
    if order is None or order.asks is None or hosting is None:
        raise PurposeGoneError(str(data))
    try:
        permitted(member, hosting, order.action)
    except Refused as refused:
        raise PurposeGoneError(refused.code) from refused
    return Purpose(
        form=await order.asks(app, work, hosting, answers),
        submit=order.said("kirim"),
        style=order.style or "primary",
        confirm=await _question(work, order, hosting, {**answers, **data.get(SHOWN, {})}),
        yes=order.said("ya") if order.sure else "",
        no=plain("pesanan.tidak") if order.sure else "",
    )


async def _question(work: UnitOfWork, order: Order, hosting: Hosting, answers: Mapping[str, Any]) -> str:
    if not order.sure:
        return ""
    stakes = await order.stakes(work, hosting, answers) if order.stakes else {}
    return order.said("tanya", domain=hosting.domain, **stakes)
