"""The database file is asked in the loop's own thread; what another process or the disk keeps waiting is not."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from workflows.store import migrations, outbox
from workflows.store.unit_of_work import Database

ENOUGH = 0.3  # seconds


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/layanan.db")
    await migrations.upgrade(database)
    yield database
    await database.close()


@pytest.fixture
def elsewhere(tmp_path: Path, database: Database) -> Iterator[sqlite3.Connection]:
    """Another process's connection to the same file."""
    with contextlib.closing(sqlite3.connect(tmp_path / "layanan.db", isolation_level=None)) as connection:
        yield connection


async def say(database: Database, chat: int) -> None:
    async with database.write() as work:
        await outbox.put(work, chat, "notice")


async def chats(database: Database) -> list[int]:
    async with database.read() as work:
        return [row.chat_id for row in await outbox.due(work)]


async def test_while_another_process_writes_a_writer_waits_and_nobody_else(
    database: Database, elsewhere: sqlite3.Connection
) -> None:
    elsewhere.execute("BEGIN IMMEDIATE")
    writer = asyncio.create_task(say(database, 1))
    longest = 0.0
    for _ in range(int(ENOUGH / 0.01)):
        started = time.monotonic()
        await asyncio.sleep(0.01)
        assert await chats(database) == []
        longest = max(longest, time.monotonic() - started)
    assert not writer.done()
    assert longest < ENOUGH, "the loop stood still"
    elsewhere.execute("COMMIT")
    await asyncio.wait_for(writer, 5)
    assert await chats(database) == [1]


async def test_who_is_cancelled_while_waiting_to_write_leaves_the_file_free(
    database: Database, elsewhere: sqlite3.Connection
) -> None:
    elsewhere.execute("BEGIN IMMEDIATE")
    writer = asyncio.create_task(say(database, 1))
    await asyncio.sleep(ENOUGH)
    writer.cancel()
    await asyncio.sleep(0)
    elsewhere.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await writer
    elsewhere.execute("BEGIN IMMEDIATE")  # fails after five seconds where the lock was left behind
    elsewhere.execute("COMMIT")
    await say(database, 2)
    assert await chats(database) == [2]


async def test_who_is_cancelled_while_writing_leaves_the_file_free(
    database: Database, elsewhere: sqlite3.Connection
) -> None:
    begun = asyncio.Event()

    async def write_on_and_on() -> None:
        async with database.write() as work:
            while True:
                await outbox.put(work, 1, "notice")
                begun.set()

    writer = asyncio.create_task(write_on_and_on())
    await begun.wait()
    writer.cancel()
    (ended,) = await asyncio.gather(writer, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)  # kept, and with it all that the task had in hand
    elsewhere.execute("BEGIN IMMEDIATE")
    elsewhere.execute("COMMIT")
    await say(database, 2)
    assert await chats(database) == [2]
