"""What an order needs of the chat: a place on the card and words for each moment in which it says something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.orders.order import Order
from bot.orders.registry import ORDERS
from bot.screens.hosting.groups import GROUP_OF, Group
from bot.texts import has
from workflows.hosting.action import JobAction
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.registry import ACTIONS


def moments(order: Order) -> Iterator[str]:
    """Return the parts of its texts that an order comes to say."""
    yield from ("tombol", "terima")
    if order.form is not None:
        yield "kirim"
    if order.needs_confirmation:
        yield from ("tanya", "ya")
    if isinstance(order.action, JobAction):
        yield "selesai"
        if order.action.errand is not None and order.action.errand.owners_faults:
            yield "gagal"


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_order_has_words_for_whatever_comes_of_it(order: Order) -> None:
    assert [part for part in moments(order) if not order.has(part)] == []


TOLD = [one.name for one in ACTIONS.values() if isinstance(one, JobAction) and tell_colleagues in one.when_done]


@pytest.mark.parametrize("name", TOLD)
def test_what_colleagues_are_told_has_words(name: str) -> None:
    assert has(f"rekan.{name}")


BY_THE_OFFICE = [one.name for one in ACTIONS.values() if isinstance(one, JobAction) and one.name not in ORDERS]


@pytest.mark.parametrize("name", BY_THE_OFFICE)
def test_what_no_button_of_the_card_asked_for_is_named_in_words_where_it_fails(name: str) -> None:
    assert has(f"pesanan.apa_{name}")


def test_every_order_has_its_place_on_the_card() -> None:
    assert ORDERS.keys() <= GROUP_OF.keys()
    assert {*GROUP_OF.values()} == {*Group}


def test_what_comes_next_is_on_the_card_too() -> None:
    assert {order.follow_up.name for order in ORDERS.values() if order.follow_up} <= ORDERS.keys()
