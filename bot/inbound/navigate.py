"""Buttons that lead to another screen, and those that do something outside any case's own: their features answer."""

from __future__ import annotations

from bot.callback_data import Do, Show, first_number
from bot.chat_context import ChatContext
from bot.inbound.features import AFTER_REFUSAL, VERBS
from bot.screens.registry import SCREENS
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.record import readings
from workflows.record.readings import ReadingKind
from workflows.refusal import Refused
from workflows.store.unit_of_work import UnknownRowError
from workflows.views.case import case_view


async def show(chat: ChatContext, asked: Show) -> Reply:
    """Show a screen in place of the pressed message."""
    if asked.screen in ("case", "fresh_case"):
        view = await case_view(chat.app.office, chat.work, first_number(asked.args), chat.member)
        if view is None:
            return Reply(toast=plain("penolakan.unknown_case"))
        await readings.note_reading(chat.app.office, chat.work, chat.member, view.case, ReadingKind.CARD)
        await chat.show_case(first_number(asked.args), loud=asked.screen == "fresh_case")
        return Reply()
    screen = SCREENS.get(asked.screen)
    args = screen.asked_by_button(chat.member, asked.args) if screen is not None else None
    if args is None:
        return Reply(toast=plain("umum.tombol_lama"))
    await chat.show(asked.screen, **args)
    return Reply()


async def do(chat: ChatContext, asked: Do) -> Reply:
    """Do what belongs to no case, wholly or not at all; each checks for itself who may. Raises `Refused`."""
    verb = VERBS.get(asked.verb)
    if verb is None:
        return Reply(toast=plain("umum.tombol_lama"))
    try:
        async with chat.work.attempt():
            return await verb(chat, asked.args)
    except UnknownRowError:  # a number that no button of ours carries
        return Reply(toast=plain("umum.tombol_lama"))
    except Refused as refused:
        if (show_anew := AFTER_REFUSAL.get(asked.verb)) is not None:
            await show_anew(chat, asked.args, refused)
        raise
