"""Windows of maintenance in chat: planned and moved by a form, done or cancelled by a press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, Verbs, only
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.maintenance_windows import planning
from workflows.people.duty import engineer
from workflows.refusal import Refused
from workflows.store import hostings, maintenance_windows


async def _plan(chat: ChatContext, args: Args) -> Reply:
    server = await hostings.server(chat.work, first_number(args))
    await drafts.begin(chat, {"window": server.id})
    return Reply()


async def _move(chat: ChatContext, args: Args) -> Reply:
    window = await maintenance_windows.get(chat.work, first_number(args))
    if window is None or window.state != maintenance_windows.PLANNED:
        raise Refused("window_gone", final=True)
    purpose = {"window": window.server_id, "moves": window.id, "revision": window.revision}
    await drafts.begin(chat, purpose, planning.answers_of(window))
    return Reply()


async def _done(chat: ChatContext, args: Args) -> Reply:
    window = await planning.finish(chat.work, chat.member, first_number(args), first_number(args[1:]))
    await chat.show("one_server", server=window.server_id)
    return Reply()


async def _cancel(chat: ChatContext, args: Args) -> Reply:
    await chat.show("window", window=first_number(args), cancel=True)
    return Reply()


async def _cancelled(chat: ChatContext, args: Args) -> Reply:
    window = await planning.cancel(chat.work, chat.member, first_number(args), first_number(args[1:]))
    await chat.show("one_server", server=window.server_id)
    return Reply()


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Plan or move a window as the form says, and show the server. Raises `Refused`."""
    purpose = draft.row.purpose
    if "moves" in purpose:
        await planning.move(chat.work, chat.member, purpose["moves"], purpose["revision"], answers)
    else:
        await planning.plan(chat.work, chat.member, purpose["window"], answers)
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("one_server", server=purpose["window"])
    return Reply(toast=plain("jendela.diumumkan"))


VERBS: Verbs = only(
    engineer,
    {
        "window_plan": _plan,
        "window_move": _move,
        "window_done": _done,
        "window_cancel": _cancel,
        "window_cancelled": _cancelled,
    },
)


FEATURE = Feature(verbs=VERBS, forms={Purpose.MAINTENANCE_WINDOW: submit})
