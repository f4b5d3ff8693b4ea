"""The Bot API methods this server offers, by lower-case name as Telegram matches them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.methods import commands, editing, files, profile, queries, receiving, sending, topics

Method = Callable[[Core, Call], Awaitable[Any]]

METHODS: dict[str, Method] = {
    **commands.METHODS,
    **editing.METHODS,
    **files.METHODS,
    **profile.METHODS,
    **queries.METHODS,
    **receiving.METHODS,
    **sending.METHODS,
    **topics.METHODS,
}
