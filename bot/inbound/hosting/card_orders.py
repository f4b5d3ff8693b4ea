"""What is ordered of a hosting from its card: looked at again in full, then asked for, asked once more, or done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, Verbs
from bot.orders.order import SHOWN, Order
from bot.orders.registry import ORDERS
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.hosting import orders, retry
from workflows.hosting.orders import OrderedBy
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting

ORDER, ASK, SURE, RETRY, TAKE_OVER, LOG = (
    "order",
    "order_ask",
    "order_sure",
    "order_retry",
    "order_take",
    "order_log",
)


async def _show_how_it_is(chat: ChatContext, args: Args, refused: Refused) -> None:
    """Bring the card up to date where what was pressed there may not be."""
    if refused.code not in ("wrong_role", "wrong_opd", "no_hosting"):
        await chat.show("one_hosting", hosting=first_number(args[1:]))


async def _order(chat: ChatContext, args: Args) -> Reply:
    order, hosting, by = await _asked(chat, args)
    revision = hosting.wanted_revision
    if order.form is not None:
        await _check_open(chat, order, hosting)
        shown = {SHOWN: await order.shown_at_start(chat.work, hosting)} if order.shown_at_start else {}
        await drafts.begin(chat, {"order": order.name, "hosting": hosting.id, "revision": revision, **shown})
        return Reply()
    if order.needs_confirmation:
        await chat.show("order_question", action=order.name, hosting=hosting.id, revision=revision)
        return Reply()
    return await _given(chat, order, hosting, by, {})


async def _ask(chat: ChatContext, args: Args) -> Reply:
    """Ask what an order asks first, of the hosting as it is now: from a message that outlives a revision."""
    order, hosting = ORDERS.get(args[0]) if args else None, await hostings.get(chat.work, first_number(args[1:]))
    if order is None or hosting is None or not (order.form or order.needs_confirmation):
        raise Refused("wrong_role", final=True)
    return await _order(chat, (order.name, str(hosting.id), str(hosting.wanted_revision)))


async def _sure(chat: ChatContext, args: Args) -> Reply:
    order, hosting, by = await _asked(chat, args)
    if order.form is not None:
        raise Refused("form_needed")
    return await _given(chat, order, hosting, by, {})


async def _check_open(chat: ChatContext, order: Order, hosting: Hosting) -> None:
    """Refuse a form whose order could not be given now."""
    if not order.always_open:
        await orders.orderable(chat.work, hosting.id)


async def _asked(chat: ChatContext, args: Args) -> tuple[Order, Hosting, OrderedBy]:
    """Return what a button asks for (by action, hosting, and the revision that its card showed), and who gives it."""
    order = ORDERS.get(args[0]) if args else None
    hosting = await hostings.lock(chat.work, first_number(args[1:]))
    if order is None or hosting is None:
        raise Refused("wrong_role", final=True)
    mandate = orders.permitted(chat.member, hosting, order.action)
    if first_number(args[2:]) != hosting.wanted_revision and not order.always_open:
        raise Refused("hosting_changed", final=True)
    await order.check(chat.work, chat.member, hosting)
    return order, hosting, orders.ordered_by(chat.member, mandate)


async def _given(chat: ChatContext, order: Order, hosting: Hosting, by: OrderedBy, answers: Mapping[str, Any]) -> Reply:
    said = await order.handler(chat, hosting, by, answers) or {}
    if not order.display_only:
        await chat.show("one_hosting", hosting=hosting.id)
    return Reply(toast=order.said("terima", domain=hosting.domain, **said))


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Give the order whose form was filled in. Raises `Refused`."""
    purpose = draft.row.purpose
    args = (purpose["order"], str(purpose["hosting"]), str(purpose["revision"]))
    order, hosting, by = await _asked(chat, args)
    reply = await _given(chat, order, hosting, by, {**answers, **purpose.get(SHOWN, {})})
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    return reply


async def _retry(chat: ChatContext, args: Args) -> Reply:
    job = await retry.retry(chat.work, chat.member, first_number(args))
    return Reply(toast=plain("pesanan.dicoba_lagi", domain=await _domain(chat, job.hosting_id)))


async def _take_over(chat: ChatContext, args: Args) -> Reply:
    job = await retry.take_over(chat.work, chat.member, first_number(args))
    return Reply(toast=plain("pesanan.diambil_alih", domain=await _domain(chat, job.hosting_id)))


async def _domain(chat: ChatContext, hosting_id: int) -> str:
    hosting = await hostings.get(chat.work, hosting_id)
    return hosting.domain if hosting else ""


async def _log(chat: ChatContext, args: Args) -> Reply:
    await chat.show_apart("order_log", job=first_number(args))
    return Reply()


VERBS: Verbs = {
    ORDER: _order,
    ASK: _ask,
    SURE: _sure,
    RETRY: _retry,
    TAKE_OVER: _take_over,
    LOG: _log,
}


FEATURE = Feature(
    verbs=VERBS, forms={Purpose.ORDER: submit}, refused=dict.fromkeys((ORDER, ASK, SURE), _show_how_it_is)
)
