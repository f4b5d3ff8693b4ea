"""What is asked weekly of a hosting that stays closed: to open it again, or to go on to its end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Do, Show
from bot.orders.order import Order
from bot.screens.keyboards import button, keyboard
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.hosting.undecided import Undecided
from workflows.views.hosting import HostingCard


def undecided_screen(card: HostingCard, found: Undecided, orders: Sequence[Order]) -> Screen:
    """Return the message, with what its reader may order; the buttons ask, of the hosting as it is by then."""
    said = {"domain": card.view.hosting.domain, "opd": card.view.opd, "since": found.since, "reason": found.row.reason}
    text = html("akhir.boleh_dihapus" if found.is_archived else "penangguhan.hari_tiba", **said)
    at = str(card.view.hosting.id)
    rows = [[button(order.said("tombol"), Do("order_ask", (order.name, at)), order.style)] for order in orders]
    return Screen(text=text, keyboard=keyboard([*rows, [button(plain("pesanan.lihat"), Show("one_hosting", (at,)))]]))
