from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from bot.outbox_sender import OutboxSender, Render
from tests.sandbox_fixtures import sandbox_apart
from tests.unit.bot_runtime.rows import DEADLINE_SECONDS, Put
from tests.unit.bot_runtime.telegram_by_script import TelegramByScript, bot_over
from workflows.store import migrations, outbox
from workflows.store.tables import OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database

__all__ = ["sandbox_apart"]


class Clock:
    """Time that only the test moves, for the database and the sender alike."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def move(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def a_press_is_answered_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a busy machine is no reason to answer with nothing; tests of that set a time of their own."""
    monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", DEADLINE_SECONDS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(database_url, clock=clock)
    await migrations.upgrade(database)
    yield database
    await database.close()


@pytest.fixture
def telegram() -> TelegramByScript:
    return TelegramByScript()


@pytest.fixture
def put(database: Database) -> Put:
    async def put(chat_id: int, text: str = "", kind: str = "screen", **more: Any) -> OutboxMessage:
        not_before = more.pop("not_before", None)
        params = cast("MessageParams", more if kind != "screen" else {"text": text, **more})
        async with database.write() as work:
            put_out = await outbox.put(work, chat_id, kind, params, not_before=not_before)
            assert put_out is not None
            return await outbox.by_id(work, put_out)

    return put


@contextlib.asynccontextmanager
async def sending(
    database: Database, telegram: TelegramByScript, render: Render, clock: Clock
) -> AsyncIterator[OutboxSender]:
    """A sender at work; stopped in order at the end."""
    sender = OutboxSender(database, await bot_over(telegram), render, clock=clock.seconds)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
        sender.stop()
        await asyncio.wait_for(task, DEADLINE_SECONDS)
    finally:
        task.cancel()


async def until(condition: Callable[[], bool], seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until something is so; fail where it is not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  (what is waited for is a fact of the stand-in, not an event)
            await asyncio.sleep(0.005)
