"""What answers a button that belongs to no case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.chat_context import Turn
from bot.screens.screen import Reply
from workflows.people.members import Member

Args: TypeAlias = tuple[str, ...]
Verb: TypeAlias = Callable[[Turn, Args], Awaitable[Reply]]
Verbs: TypeAlias = Mapping[str, Verb]


def only(allowed: Callable[[Member], object], verbs: Verbs) -> Verbs:
    """Ask before each of them whether this person may; `allowed` raises `Refused` where not."""

    def guarded(verb: Verb) -> Verb:
        async def answer(turn: Turn, args: Args) -> Reply:
            allowed(turn.member)
            return await verb(turn, args)

        return answer

    return {name: guarded(verb) for name, verb in verbs.items()}
