"""Whoever is cancelled in the middle of a transaction lets go of the database at once."""

from __future__ import annotations

import asyncio

from tests.unit.workflows.conftest import Desk
from workflows.store import outbox

TIMES = 100
STEP_SECONDS = 0.0001  # each is cancelled a little later in its transaction
HELD_UP_SECONDS = 5.0  # half of what a writer of SQLite waits for another before it fails


async def test_a_writer_that_is_cancelled_keeps_nobody_waiting(desk: Desk) -> None:
    async def write() -> None:
        async with desk.database.write() as work:
            await outbox.put(work, 1, "notice")

    ended: list[BaseException | None] = []  # with its traceback, as a task keeps it that nobody has asked how it ended
    for number in range(TIMES):
        task = asyncio.create_task(write())
        await asyncio.sleep(number * STEP_SECONDS)
        task.cancel()
        ended += await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(HELD_UP_SECONDS):
            await write()
    assert any(isinstance(end, asyncio.CancelledError) for end in ended)
    assert [end for end in ended if not isinstance(end, asyncio.CancelledError | None)] == []
