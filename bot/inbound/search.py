"""Searching cases: asked what for, then shown what is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature
from bot.screens.screen import Reply


async def _ask(chat: ChatContext, _args: Args) -> Reply:
    await drafts.begin(chat, {"search": True})
    return Reply()


async def _find(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    await drafts.finish(chat, draft)
    await chat.show_found(str(answers["kata"]))
    return Reply()


FEATURE = Feature(verbs={"search": _ask}, forms={Purpose.SEARCH: _find})
