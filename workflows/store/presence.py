"""That a process is alive, as PostgreSQL sees it; and the wake-ups that processes give each other (LISTEN/NOTIFY).

A present process keeps one session that holds an advisory lock on its identity. Killed, its connection ends and with
it the lock, at once; frozen or cut off, it says nothing for `FROZEN_SECONDS`, and PostgreSQL ends the session
(`idle_session_timeout`). No two machines' clocks are compared. Who finds that its session ended must do nothing more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from workflows.store.engine import FROZEN_SECONDS
from workflows.store.unit_of_work import CHANNEL, TOPICS, Database, UnitOfWork

BEAT_SECONDS = 4.0
BEAT_NOTICES = 100  # after so many wake-ups too: they are no sign of life of ours
HOLDERS = 0x6C61  # the first half of the advisory locks' key; the second is the identity


class PresenceLostError(Exception):
    """The database holds this process for dead: another may be doing its work."""


@contextlib.asynccontextmanager
async def present(database: Database) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    """Be present while the block lasts. What it gives must run all the while; it raises `PresenceLostError`."""
    if not database.shared:
        yield _for_ever
        return
    import psycopg  # noqa: PLC0415 - of the extra `postgresql`

    url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10) as session:
        await session.execute(f"SET idle_session_timeout = '{FROZEN_SECONDS}s'")
        await session.execute("SELECT pg_advisory_lock(%s, %s)", (HOLDERS, database.identity))
        await session.execute(f"LISTEN {CHANNEL}")

        async def watch() -> None:
            try:
                while True:
                    await _beat(database, session)
            except (psycopg.Error, TimeoutError) as error:
                raise PresenceLostError("the session that says we are alive ended") from error

        yield watch


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _beat(database: Database, session: Any) -> None:
    """Hand on the wake-ups of a while, and show that we are alive."""
    async for notice in session.notifies(timeout=BEAT_SECONDS, stop_after=BEAT_NOTICES):
        topic, _, sender = notice.payload.partition(" ")
        if topic in TOPICS and sender != str(database.identity):  # its own workers a process wakes by itself
            database.wake(topic)
    async with asyncio.timeout(BEAT_SECONDS):
        await session.execute("SELECT 1")


async def is_present(work: UnitOfWork, identity: int) -> bool:
    """Whether a process is alive. Where it is not, it never will be again: identities are not used twice."""
    if not work.shared:
        return identity == work.identity
    got = await work.session.scalar(select(func.pg_try_advisory_xact_lock_shared(HOLDERS, identity)))
    return not got
