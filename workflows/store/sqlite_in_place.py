"""SQLite for SQLAlchemy's asyncio, asked in place: a statement takes less time than the way to a thread and back.

What waits for somebody else does go to a thread, so that the loop goes on: a COMMIT, for the disk, and a writer's
BEGIN where another process is writing.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, event, pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

T = TypeVar("T")
DRIVER = "sqlite+in_place"
THREADS = 4  # there is one writer; another engine's copy of the file, or a second file, may want one too
WAIT = "PRAGMA busy_timeout=10000"  # milliseconds, for whoever else uses the file
WAIT_NOT = "PRAGMA busy_timeout=0"
DELETE_FOR_GOOD = "PRAGMA secure_delete=ON"  # a password shown and destroyed is not to stay in the file's free pages
PREPARE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", DELETE_FOR_GOOD, WAIT)


def open_in_place(url: str) -> AsyncEngine:
    """Return an engine for an SQLite file, whatever driver its URL names."""
    how = {"check_same_thread": False, "factory": _Connection}
    engine = create_async_engine(make_url(url).set(drivername=DRIVER), connect_args=how)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Do as SQLAlchemy asks of a cursor of `AsyncConnection`: nothing is left to be closed."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class _Execution(SQLiteExecutionContext):
    def create_server_side_cursor(self) -> Any:
        return self._dbapi_connection.cursor()  # any of SQLite's reads row by row


class InPlaceDialect(SQLiteDialect_pysqlite):
    """The standard library's driver, offered as one for asyncio."""

    driver = "in_place"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = _Execution

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """Return a pool whose waiting is asyncio's; a database in memory is one connection."""
        return pool.AsyncAdaptedQueuePool if cls._is_url_file_db(url) else pool.StaticPool

    def get_driver_connection(self, connection: DBAPIConnection) -> Any:
        """Return the driver's own connection."""
        return connection

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute in place, then give way: a long row of statements keeps nobody waiting."""
        cursor.execute(statement, parameters)
        await_only(asyncio.sleep(0))

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute in place for each of many, then give way."""
        cursor.executemany(statement, parameters)
        await_only(asyncio.sleep(0))

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit; the disk is waited for in a thread."""
        self.wait_for(dbapi_connection.commit)

    def do_close(self, dbapi_connection: Any) -> None:
        """Close. A cursor that is still read, as one of a cancelled task, would keep the transaction and its lock."""
        dbapi_connection.rollback()
        dbapi_connection.close()

    def wait_for(self, call: Callable[[], T]) -> T:
        """Call in a thread, while the loop goes on."""
        return await_only(_to_its_end(self._threads, call))


async def _to_its_end(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    """Await a call in a thread. Nobody can call it off: who is cancelled hears of it when it is over."""
    under_way = asyncio.get_running_loop().run_in_executor(threads, call)
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        await asyncio.wait({under_way})
        raise


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_begin` does
    for pragma in PREPARE:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns writer may fail half way; a writer takes the lock at once.
    driver: Any = connection.connection.driver_connection
    if not connection.get_execution_options().get("layanan_write"):
        driver.execute("BEGIN")
        return
    try:
        driver.execute(WAIT_NOT)
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        driver.execute(WAIT)
        assert isinstance(connection.dialect, InPlaceDialect)  # noqa: S101 - it listens to such an engine only
        connection.dialect.wait_for(lambda: driver.execute("BEGIN IMMEDIATE"))
    else:
        driver.execute(WAIT)


registry.register("sqlite.in_place", __name__, InPlaceDialect.__name__)
