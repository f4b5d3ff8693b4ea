"""Changing how many opinions a case needs before it may be recommended."""

from __future__ import annotations

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Feature
from bot.screens.cases.opinions import words
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases import opinions


async def set_quorum(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Set it; who may is asked again."""
    least = first_number(args)
    await opinions.set_quorum(chat.app.office, chat.work, chat.member, least)
    await chat.show("quorum")
    return Reply(toast=plain("pendapat.kuorum_disimpan", present=words(least)))


FEATURE = Feature(verbs={"quorum": set_quorum})
