"""What one part of the office answers in chat, beside the buttons of its cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.prepared import Prepared
from bot.screens.screen import Reply
from workflows.people.members import Member
from workflows.refusal import Refused

Args: TypeAlias = tuple[str, ...]
Verb: TypeAlias = Callable[[ChatContext, Args], Awaitable[Reply]]
Verbs: TypeAlias = Mapping[str, Verb]
Prepare: TypeAlias = Callable[[App, int, Do], Awaitable[Prepared]]
AfterRefusal: TypeAlias = Callable[[ChatContext, Args, Refused], Awaitable[None]]
Submit: TypeAlias = Callable[[ChatContext, OpenDraft, Mapping[str, Any]], Awaitable[Reply]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feature:
    """`verbs` answer its buttons, by what a button's data says (`Do`).

    `prepared` names those of them for which something is made ready before the transaction. `forms` carry out what was
    filled in, by what it is for. All raise `Refused`, and then nothing is kept of what they did;
    `refused` says by button what is shown anew all the same.
    """

    verbs: Verbs = dataclasses.field(default_factory=dict)
    prepared: Mapping[str, Prepare] = dataclasses.field(default_factory=dict)
    forms: Mapping[Purpose, Submit] = dataclasses.field(default_factory=dict)
    refused: Mapping[str, AfterRefusal] = dataclasses.field(default_factory=dict)


def only(allowed: Callable[[Member], object], verbs: Verbs) -> Verbs:
    """Ask before each of them whether this person may; `allowed` raises `Refused` where not."""

    def guarded(verb: Verb) -> Verb:
        async def answer(chat: ChatContext, args: Args) -> Reply:
            allowed(chat.member)
            return await verb(chat, args)

        return answer

    return {name: guarded(verb) for name, verb in verbs.items()}
