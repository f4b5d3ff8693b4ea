"""Sending the scan of a letter that was signed by hand; who may is asked again each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Feature
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.correspondence import wet
from workflows.correspondence.scan_form import SCAN


async def begin(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Ask for the scan of a letter."""
    letter = await wet.waiting(chat.work, chat.member, first_number(args))
    await drafts.begin(chat, {"scan": letter.id})
    return Reply()


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Keep the scan; the letter goes out with it. Raises `Refused`."""
    letter = await wet.keep_scan(chat.work, chat.member, draft.row.purpose["scan"], answers[SCAN])
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("to_sign")
    return Reply(toast=plain("tanda_tangan.tersimpan", number=letter.number or ""))


FEATURE = Feature(verbs={"scan": begin}, forms={Purpose.SCAN: submit})
