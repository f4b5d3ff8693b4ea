"""Presses about moves: asked by an engineer, decided by the Kabid; who may is asked again at each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.moving import decision, intervening, schedule
from workflows.people.duty import engineer


async def _ask(chat: ChatContext, args: Args) -> Reply:
    engineer(chat.member)
    await drafts.begin(chat, {"moves_hosting": first_number(args), "to_server": first_number(args[1:])})
    return Reply()


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Propose the move as its form says. Raises `Refused`."""
    purpose = draft.row.purpose
    starts = schedule.start_of(answers)
    move = await decision.ask_for_move(chat.work, chat.member, purpose["moves_hosting"], purpose["to_server"], starts)
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("one_hosting", hosting=move.hosting_id)
    return Reply(toast=plain("pemindahan.diusulkan"))


async def _agree(chat: ChatContext, args: Args) -> Reply:
    await decision.decide(chat.work, chat.member, first_number(args), agrees=True)
    return Reply(toast=plain("pemindahan.disetujui"))


async def _refuse(chat: ChatContext, args: Args) -> Reply:
    await decision.decide(chat.work, chat.member, first_number(args), agrees=False)
    return Reply(toast=plain("pemindahan.ditolak"))


async def _cancel(chat: ChatContext, args: Args) -> Reply:
    await intervening.cancel(chat.work, chat.member, first_number(args))
    return Reply(toast=plain("pemindahan.dibatalkan"))


async def _again(chat: ChatContext, args: Args) -> Reply:
    await intervening.try_again(chat.work, chat.member, first_number(args))
    return Reply(toast=plain("pemindahan.dicoba_lagi"))


VERBS: Verbs = {
    "move_to": _ask,
    "move_yes": _agree,
    "move_no": _refuse,
    "move_cancel": _cancel,
    "move_again": _again,
}


FEATURE = Feature(verbs=VERBS, forms={Purpose.MOVE: submit})
