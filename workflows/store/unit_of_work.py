"""The database and its transactions: the only place that begins and commits one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ARRAY, BindParameter, String, bindparam, func, literal, select
from sqlalchemy.exc import NoResultFound as UnknownRowError
from sqlalchemy.ext.asyncio import AsyncSession

from workflows.store.engine import POSTGRESQL, make_engine

__all__ = ["TOPICS", "Database", "UnitOfWork", "UnknownRowError", "utc_now"]

CHANNEL = "layanan"  # of LISTEN and NOTIFY; the payload is a topic and who wakes it
RECORD = "record"
ADVISORY_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=String), 0)))
READ_SQLITE: Mapping[str, Any] = {"layanan_read": True}
READ_POSTGRESQL: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
TOPICS = ("outbox", "jobs", "letters", "deliveries", "backups", "moves")


def utc_now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclasses.dataclass
class UnitOfWork:
    """One transaction: its session, its instant, and the workers to wake once it is committed."""

    session: AsyncSession
    now: dt.datetime
    identity: int  # of this process
    shared: bool  # whether other processes may be at work in the same database
    wakes: set[str] = dataclasses.field(default_factory=set)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite: the few questions that each database is asked in its own way look here."""
        return not self.shared

    def add(self, row: Any) -> None:
        """Put a new row into the transaction."""
        self.session.add(row)

    async def flush(self) -> None:
        """Send what is pending, so that new rows have their ids."""
        await self.session.flush()

    @contextlib.asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Keep all that the block does or, where it raises, nothing of it; the transaction goes on either way."""
        async with self.session.begin_nested():
            yield

    async def lock(self, name: str) -> None:
        """Take the advisory lock `name` to the transaction's end. SQLite has one writer anyway.

        What was read before may have changed meanwhile; read it after.
        """
        if self.shared:
            await self.session.execute(ADVISORY_LOCK, {"name": name})

    async def lock_record(self) -> None:
        """Wait until nobody else changes the record: cases, promises, registers and the ledger, a single chain.

        Taken before any row is locked, so that no two ever wait for each other.
        """
        await self.lock(RECORD)

    def wake(self, topic: str) -> None:
        """Wake the worker of `topic` (one of `TOPICS`) after the commit. A lost wake costs seconds: workers sweep."""
        self.wakes.add(topic)


class Database:
    """Where state is: a file (SQLite, one process) or a server (PostgreSQL, several processes).

    SQLite has one writer, so writers of this process queue in order here rather than poll the file's lock.
    """

    def __init__(self, url: str, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.url = url
        self.identity = secrets.randbelow(2**31)
        self.engine = make_engine(url)
        self.clock = clock
        self.shared = self.engine.dialect.name == POSTGRESQL
        self._readers = self.engine.execution_options(**(READ_POSTGRESQL if self.shared else READ_SQLITE))
        self._writer = asyncio.Lock()
        self._events = {topic: asyncio.Event() for topic in TOPICS}

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """Begin a transaction; commit when the block ends, roll back when it raises."""
        writing = contextlib.nullcontext() if self.shared else self._writer
        async with writing, AsyncSession(self.engine, expire_on_commit=False) as session:
            await session.connection(execution_options={"layanan_write": True})
            work = UnitOfWork(session, self.clock(), self.identity, self.shared)
            yield work
            if self.shared and work.wakes:  # other processes hear of it as the transaction commits
                told = _texts(f"{topic} {self.identity}" for topic in work.wakes)
                await session.execute(select(func.pg_notify(CHANNEL, func.unnest(told))))
            await session.commit()
        for topic in work.wakes:
            self._events[topic].set()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Begin a transaction that only reads, as of one instant; the database refuses whatever would change a row."""
        async with AsyncSession(self._readers, expire_on_commit=False) as session:
            yield UnitOfWork(session, self.clock(), self.identity, self.shared)

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


def _texts(values: Iterable[str]) -> BindParameter[list[str]]:
    return literal(sorted(values), ARRAY(String))
