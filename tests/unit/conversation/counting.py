"""What a task costs a person: their own acts, and the messages that come to them for it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator

from sqlalchemy import func, select

from bot.sandbox.client import SandboxUser
from tests.unit.conversation.town import Town
from workflows.store.tables import Backup, InboxUpdate, Job, OutboxMessage

PATIENCE_SECONDS = 20.0
SOON = dt.timedelta(seconds=5)  # what is due later than this (a message that deletes itself) belongs to no task
AT_REST = 10  # looks in a row at which nothing was left to do


@dataclasses.dataclass
class Cost:
    """`acts`: presses, and texts and files sent. `messages`: those of the bot that are new, not those it changed."""

    acts: int = 0
    messages: int = 0


@contextlib.asynccontextmanager
async def counted(town: Town, user: SandboxUser) -> AsyncIterator[Cost]:
    """Count what a person does within, and what reaches them until the bot has nothing left to say."""
    await quiet(town)
    acts, messages = await _so_far(user)
    cost = Cost()
    yield cost
    await quiet(town)
    acts_after, messages_after = await _so_far(user)
    cost.acts, cost.messages = acts_after - acts, messages_after - messages


async def quiet(town: Town) -> None:
    """Wait until nothing is to be sent or done any more."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        calm = 0
        while calm < AT_REST:
            calm = 0 if await _left(town) else calm + 1
            await asyncio.sleep(0.05)


async def _left(town: Town) -> int:
    async with town.app.database.read() as work:
        said = OutboxMessage.state.in_(("pending", "sending")) & (OutboxMessage.not_before <= work.now + SOON)
        done = [
            select(func.count()).select_from(InboxUpdate).where(InboxUpdate.done_at.is_(None)),
            select(func.count()).select_from(OutboxMessage).where(said),
            *(
                select(func.count()).select_from(table).where(table.state.in_(("waiting", "running")))
                for table in (Job, Backup)
            ),
        ]
        return sum([await work.session.scalar(query) or 0 for query in done])


async def _so_far(user: SandboxUser) -> tuple[int, int]:
    messages = await user.messages(deleted=True)
    own = sum(not message.from_bot for message in messages)
    return len(await user.presses()) + own, len(messages) - own
