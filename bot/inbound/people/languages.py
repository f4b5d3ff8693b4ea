"""Choosing the language one reads: the menu and the list of commands are in it at once, other messages from then on."""

from __future__ import annotations

from bot import command_lists
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, Verbs
from bot.language import spoken
from bot.screens.people.languages import CHOOSE
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.people import languages
from workflows.people.languages import Language


async def _choose(chat: ChatContext, args: Args) -> Reply:
    """Keep the choice. Raises `Refused` for who may not choose."""
    try:
        (chosen,) = map(Language, args)
    except ValueError:
        return Reply(toast=plain("umum.tombol_lama"))
    languages.choose(chat.member, chosen)
    await command_lists.listed_for(chat.work, chat.member)
    await chat.show("menu")
    with spoken(chosen):
        return Reply(toast=plain("bahasa.disimpan"))


VERBS: Verbs = {CHOOSE: _choose}


FEATURE = Feature(verbs=VERBS)
