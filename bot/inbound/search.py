"""Searching cases: asked what for, then shown what is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat_context import Turn
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature
from bot.screens.screen import Reply


async def _ask(turn: Turn, _args: Args) -> Reply:
    await drafts.begin(turn, {"search": True})
    return Reply()


async def _find(turn: Turn, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    await drafts.finish(turn, draft)
    await turn.show_found(str(answers["kata"]))
    return Reply()


FEATURE = Feature(verbs={"search": _ask}, forms={"search": _find})
