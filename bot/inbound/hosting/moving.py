"""Presses about moves: asked by an engineer, decided by the Kabid; who may is asked again at each."""

from __future__ import annotations

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.moving import decision, intervening


async def _ask(chat: ChatContext, args: Args) -> Reply:
    move = await decision.ask(chat.work, chat.member, first_number(args), first_number(args[1:]))
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


FEATURE = Feature(verbs=VERBS)
