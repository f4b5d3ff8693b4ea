"""What the forms of orders are for: their last button, and what is asked once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.forms.form_spec import FormGoneError, FormSpec
from bot.orders.order import SHOWN, Order
from bot.orders.registry import ORDERS
from bot.texts import plain
from workflows.hosting.orders import permitted
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def spec(
    app: App, work: UnitOfWork, member: Member, data: Mapping[str, Any], answers: Mapping[str, Any]
) -> FormSpec:
    """Return an order's form, for as long as it may be given. Raises `FormGoneError`."""
    order = ORDERS.get(data["order"])
    hosting = await hostings.get(work, data["hosting"])
    if order is None or order.form is None or hosting is None:
        raise FormGoneError(str(data))
    try:
        permitted(member, hosting, order.action)
    except Refused as refused:
        raise FormGoneError(refused.code) from refused
    return FormSpec(
        form=await order.form(app, work, hosting, answers),
        submit=order.said("kirim"),
        style=order.style or "primary",
        about=hosting.domain,
        confirm=await _question(work, order, hosting, {**answers, **data.get(SHOWN, {})}),
        yes=order.said("ya") if order.needs_confirmation else "",
        no=plain("pesanan.tidak") if order.needs_confirmation else "",
    )


async def _question(work: UnitOfWork, order: Order, hosting: Hosting, answers: Mapping[str, Any]) -> str:
    if not order.needs_confirmation:
        return ""
    stakes = await order.stakes(work, hosting, answers) if order.stakes else {}
    return order.said("tanya", domain=hosting.domain, **stakes)
