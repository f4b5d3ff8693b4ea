"""The yearly question to the head of an OPD, and what the office is told when it was not answered, or put to nobody."""

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


def renewal_screen(
    card: HostingCard, row: Renewal, orders: Sequence[Order], *, left: int, unreached: bool, fresh: bool
) -> Screen:
    """Return the message, with what its reader may do; `left` days until it is due, less than nothing once over.

    `unreached`: the OPD has no head who could be told, so the office reads this. The newest alone has buttons; once
    answered, it has none either.
    """
    domain = card.view.hosting.domain
    if row.confirmed_at is not None:
        answered = html("perpanjangan.dijawab", domain=domain, at=row.confirmed_at, number=row.letter_number)
        return Screen(text=answered, subject=subject(row.id), silent=True, last=True)
    said = {"domain": domain, "opd": card.view.opd, "due_on": row.due_on, "left": left}
    words = "lewat" if left < 0 else "tidak_tersampaikan" if unreached else "ingatkan"
    text = html(f"perpanjangan.{words}", unreached=unreached, **said)
    rows = [[order_button(card, order)] for order in orders]
    rows.append([button(plain("pesanan.lihat"), Show("one_hosting", (str(card.view.hosting.id),)))])
    return Screen(
        text=text,
        keyboard=keyboard(rows),
        subject=subject(row.id),
        fresh=fresh,
        old_message=OldMessage.KEEP_WITHOUT_BUTTONS,
    )
