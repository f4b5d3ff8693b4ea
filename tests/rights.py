"""Who may press what on a hosting's card, by the name of the order."""

from __future__ import annotations

from collections.abc import Mapping

from bot.orders.registry import ORDERS
from workflows.hosting.rights import Right

RIGHTS: Mapping[str, Right] = {
    name: order.action.right for name, order in ORDERS.items() if order.action.right is not None
}
