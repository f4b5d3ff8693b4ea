"""A process of the bot as the database sees it: present, and awake to what others wake it for."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable

from workflows.store.presence import present
from workflows.store.unit_of_work import Database, utc_now


@contextlib.asynccontextmanager
async def process(url: str, clock: Callable[[], dt.datetime] = utc_now) -> AsyncIterator[Database]:
    """Open a database as a process of its own does; leaving the block is its death."""
    database = Database(url, clock=clock)
    async with present(database) as watch:
        watching = asyncio.create_task(watch())
        yield database
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    await database.close()
