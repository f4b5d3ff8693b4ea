"""Windows of maintenance in chat: planned and moved by a form, done or cancelled by a press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import Turn
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, Verbs, only
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.hosting.repairs import engineer
from workflows.maintenance_windows import keeping
from workflows.refusal import Refused
from workflows.store import hostings, windows


async def _plan(turn: Turn, args: Args) -> Reply:
    server = await hostings.server(turn.work, first_number(args))
    await drafts.begin(turn, {"window": server.id})
    return Reply()


async def _move(turn: Turn, args: Args) -> Reply:
    window = await windows.get(turn.work, first_number(args))
    if window is None or window.state != windows.PLANNED:
        raise Refused("window_gone", final=True)
    purpose = {"window": window.server_id, "moves": window.id, "revision": window.revision}
    await drafts.begin(turn, purpose, keeping.answers_of(window))
    return Reply()


async def _done(turn: Turn, args: Args) -> Reply:
    window = await keeping.finish(turn.work, turn.member, first_number(args), first_number(args[1:]))
    await turn.show("one_server", server=window.server_id)
    return Reply()


async def _cancel(turn: Turn, args: Args) -> Reply:
    await turn.show("window", window=first_number(args), cancel=True)
    return Reply()


async def _cancelled(turn: Turn, args: Args) -> Reply:
    window = await keeping.cancel(turn.work, turn.member, first_number(args), first_number(args[1:]))
    await turn.show("one_server", server=window.server_id)
    return Reply()


async def submit(turn: Turn, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Plan or move a window as the form says, and show the server. Raises `Refused`."""
    purpose = draft.row.purpose
    if "moves" in purpose:
        await keeping.move(turn.work, turn.member, purpose["moves"], purpose["revision"], answers)
    else:
        await keeping.plan(turn.work, turn.member, purpose["window"], answers)
    await drafts.discard(turn, draft)
    await turn.give_up_form()
    await turn.show("one_server", server=purpose["window"])
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


FEATURE = Feature(verbs=VERBS, forms={"window": submit})
