"""The yearly question to the head of an OPD, and what the Kabid is told when it was not answered."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Show
from bot.orders.order import Order
from bot.screens.hosting.card import order_button
from bot.screens.keyboards import button, keyboard
from bot.screens.screen import OldMessage, Screen
from bot.texts import html, plain
from workflows.hosting.renewal import subject
from workflows.store.tables import Renewal
from workflows.views.hosting import HostingCard


def renewal_screen(card: HostingCard, row: Renewal, orders: Sequence[Order], *, left: int, fresh: bool) -> Screen:
    """Return the message, with what its reader may do; `left` days until it is due, less than nothing once over.

    The newest alone has buttons; once answered, it has none either.
    """
    if row.confirmed_at is not None:
        answered = html("perpanjangan.dijawab", domain=card.view.hosting.domain, at=row.confirmed_at)
        return Screen(text=answered, subject=subject(row.id), silent=True, last=True)
    said = {"domain": card.view.hosting.domain, "opd": card.view.opd, "due_on": row.due_on, "left": left}
    text = html("perpanjangan.ingatkan" if left >= 0 else "perpanjangan.lewat", **said)
    rows = [[order_button(card, order)] for order in orders]
    rows.append([button(plain("pesanan.lihat"), Show("one_hosting", (str(card.view.hosting.id),)))])
    return Screen(
        text=text,
        keyboard=keyboard(rows),
        subject=subject(row.id),
        fresh=fresh,
        old_message=OldMessage.KEEP_WITHOUT_BUTTONS,
    )
