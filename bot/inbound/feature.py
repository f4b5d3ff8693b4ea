"""What one part of the office answers in chat, beside the buttons of its cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.prepared import Prepared
from bot.screens.screen import Reply
from workflows.people.members import Member
from workflows.refusal import Refused

T = TypeVar("T")
P = ParamSpec("P")
Args: TypeAlias = tuple[str, ...]
Verb: TypeAlias = Callable[[ChatContext, Args], Awaitable[Reply]]
Make: TypeAlias = Callable[[App, int, Do], Awaitable[T | None]]
Answer: TypeAlias = Callable[[ChatContext, Args, T | None], Awaitable[Reply]]
AfterRefusal: TypeAlias = Callable[[ChatContext, Args, Refused], Awaitable[None]]
Submit: TypeAlias = Callable[[ChatContext, OpenDraft, Mapping[str, Any]], Awaitable[Reply]]


@dataclasses.dataclass(frozen=True)
class MadeReady(Generic[T]):
    """A button for which something is made before the transaction, in which it is answered with just that.

    `make` gives None where there is nothing to make, for this person or at all; so does a press that nothing was made
    for. `answer` asks again who presses.
    """

    make: Make[T]
    answer: Answer[T]

    async def prepare(self, app: App, telegram_id: int, asked: Do) -> Prepared:
        """Make what takes long."""
        return Prepared(made=await self.make(app, telegram_id, asked))

    async def press(self, chat: ChatContext, args: Args) -> Reply:
        """Answer a press with what was made for it."""
        made: T | None = chat.prepared.made
        return await self.answer(chat, args, made)


Verbs: TypeAlias = Mapping[str, Verb | MadeReady[Any]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feature:
    """`verbs` answer its buttons, by what a button's data says (`Do`).

    `forms` carry out what was filled in, by what it is for. All raise `Refused`, and then nothing is kept of what they
    did; `refused` says by button what is shown anew all the same.
    """

    verbs: Verbs = dataclasses.field(default_factory=dict)
    forms: Mapping[Purpose, Submit] = dataclasses.field(default_factory=dict)
    refused: Mapping[str, AfterRefusal] = dataclasses.field(default_factory=dict)


def only(allowed: Callable[[Member], object], verbs: Verbs) -> Verbs:
    """Ask before each of them whether this person may; `allowed` raises `Refused` where not."""

    def guarded(
        verb: Callable[Concatenate[ChatContext, P], Awaitable[Reply]],
    ) -> Callable[Concatenate[ChatContext, P], Awaitable[Reply]]:
        async def answer(chat: ChatContext, /, *args: P.args, **more: P.kwargs) -> Reply:
            allowed(chat.member)
            return await verb(chat, *args, **more)

        return answer

    return {
        name: MadeReady(verb.make, guarded(verb.answer)) if isinstance(verb, MadeReady) else guarded(verb)
        for name, verb in verbs.items()
    }
