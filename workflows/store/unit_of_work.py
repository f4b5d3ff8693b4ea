"""The database and its transactions: the only place that begins and commits one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

TOPICS = ("inbox", "outbox", "jobs", "letters", "deliveries")


def utc_now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclasses.dataclass
class UnitOfWork:
    """One transaction: its session, its instant, and the workers to wake once it is committed."""

    session: AsyncSession
    now: dt.datetime
    wakes: set[str] = dataclasses.field(default_factory=set)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite: the few questions that each database is asked in its own way look here."""
        return self.session.get_bind().dialect.name == "sqlite"

    def add(self, row: Any) -> None:
        """Put a new row into the transaction."""
        self.session.add(row)

    async def flush(self) -> None:
        """Send what is pending, so that new rows have their ids."""
        await self.session.flush()

    def wake(self, topic: str) -> None:
        """Wake the worker of `topic` (one of `TOPICS`) after the commit. A lost wake costs seconds: workers sweep."""
        self.wakes.add(topic)


class Database:
    """An engine with the rules we rely on: SQLite in WAL mode, synchronous FULL, foreign keys on.

    SQLite has one writer, so writers of this process queue in order here rather than poll the file's lock.
    """

    def __init__(self, url: str, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.engine = _make_engine(url)
        self.clock = clock
        self._writer = asyncio.Lock()
        self._single_writer = self.engine.dialect.name == "sqlite"
        self._events = {topic: asyncio.Event() for topic in TOPICS}

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """Begin a transaction; commit when the block ends, roll back when it raises."""
        turn = self._writer if self._single_writer else contextlib.nullcontext()
        async with turn, AsyncSession(self.engine, expire_on_commit=False) as session:
            await session.connection(execution_options={"layanan_write": True})
            work = UnitOfWork(session, self.clock())
            yield work
            await session.commit()
        for topic in work.wakes:
            self._events[topic].set()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Begin a transaction that only reads; nothing done in it is kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield UnitOfWork(session, self.clock())

    def wake(self, topic: str) -> None:
        """Wake the worker of `topic` now."""
        self._events[topic].set()

    async def wait(self, topic: str, seconds: float) -> None:
        """Sleep until `topic` is woken or `seconds` have passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # not `wait_for`: Python 3.11's loses a cancellation that races a wake
                await self._events[topic].wait()
        self._events[topic].clear()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _make_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_begin_sqlite` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns writer may fail half way; a writer takes the lock at once.
    write = connection.get_execution_options().get("layanan_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
