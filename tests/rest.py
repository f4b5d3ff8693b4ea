"""A bot at rest: it has read all that people sent, and said all that it has to say."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import exists, select

from bot.sandbox.client import Sandbox
from workflows.store.outbox import IS_OPEN, NOW
from workflows.store.tables import InboxUpdate, OutboxMessage
from workflows.store.unit_of_work import Database

PATIENCE_SECONDS = 5.0  # a bot that is held up says nothing more: what is looked for is looked for all the same
RESTARTS_SECONDS = 30.0  # the patience that a bot needs which dies and starts again
LOOK_SECONDS = 0.01
BUSY = select(
    exists().where(InboxUpdate.done_at.is_(None))
    | exists().where(IS_OPEN, OutboxMessage.not_before <= NOW, OutboxMessage.attempts <= 1)
)


async def at_rest(sandbox: Sandbox, database: Database, *, patience: float = PATIENCE_SECONDS) -> None:
    """Wait until the bot has nothing to read and nothing to say, so that nobody looks at what is about to change.

    `patience` is in seconds. What Telegram refused to take before waits for its own time, and is not waited for.
    """
    deadline = time.monotonic() + patience
    while await _is_busy(sandbox, database) and time.monotonic() < deadline:  # noqa: ASYNC110 - it can only be asked
        await asyncio.sleep(LOOK_SECONDS)


async def _is_busy(sandbox: Sandbox, database: Database) -> bool:
    if await sandbox.unread():
        return True
    async with database.read() as work:
        return bool(await work.session.scalar(BUSY, {"now": work.now}))
