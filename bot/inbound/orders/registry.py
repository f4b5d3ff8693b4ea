"""All that can be ordered from a hosting's card, in the order of its buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.inbound.orders import suspension
from bot.inbound.orders.order import Order

ORDERS: Mapping[str, Order] = {
    order.action: order
    for order in (
        *suspension.ORDERS,
    )
}  # fmt: skip
