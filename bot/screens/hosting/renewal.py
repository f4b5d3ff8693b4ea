"""The yearly question to the head of an OPD, and what the Kabid is told when it was not answered."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Show
from bot.orders.order import Order
from bot.screens.hosting.card import order_button
from bot.screens.keyboards import button, keyboard
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.store.tables import Renewal
from workflows.views.hosting import HostingCard


def renewal_screen(card: HostingCard, row: Renewal, orders: Sequence[Order], *, left: int) -> Screen:
    """Return the message, with what its reader may do; `left` days until it is due, less than nothing once over."""
    said = {"domain": card.view.hosting.domain, "opd": card.view.opd, "due_on": row.due_on, "left": left}
    text = html("perpanjangan.ingatkan" if left >= 0 else "perpanjangan.lewat", **said)
    rows = [[order_button(card, order)] for order in orders]
    rows.append([button(plain("pesanan.lihat"), Show("one_hosting", (str(card.view.hosting.id),)))])
    return Screen(text=text, keyboard=keyboard(rows))
