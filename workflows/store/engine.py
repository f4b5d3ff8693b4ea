"""How SQLite and PostgreSQL are opened, so that all else may be written once."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

POSTGRESQL = "postgresql"
CONNECTIONS = 20  # of a process; more would only wait for each other
PATIENCE_SECONDS = 120.0  # for one of them: a crowd that presses at once is a queue, no failure
PRIMARY = 0xFF  # of an extended result code (SQLite, rescode.html)
WAL_RETRY_SECONDS = (0.01, 0.1, 0.5, 2.0)
FROZEN_SECONDS = 20
"""After so long a process that does nothing in its transaction, or is not heard of, has no say any more."""


class DatabaseUnreachableError(Exception):
    """The database cannot be opened: no such server or file, no such driver, or it does not let us in."""


def make_engine(url: str) -> AsyncEngine:
    """Return an engine: SQLite in WAL mode, synchronous FULL, foreign keys on; PostgreSQL in READ COMMITTED.

    A transaction that a frozen process holds open on PostgreSQL is ended, so that nobody waits for it for ever.
    Raises `DatabaseUnreachableError` where PostgreSQL's driver is not installed.
    """
    if make_url(url).get_backend_name() == POSTGRESQL:
        options = f"-c idle_in_transaction_session_timeout={FROZEN_SECONDS}s -c timezone=UTC"
        try:
            return create_async_engine(
                url,
                pool_pre_ping=True,
                pool_use_lifo=True,  # the connection used last has prepared what is asked most
                pool_size=CONNECTIONS,
                max_overflow=0,
                pool_timeout=PATIENCE_SECONDS,
                connect_args={"options": options},
            )
        except ModuleNotFoundError as missing:
            reason = "its driver is missing; install the extra `postgresql`"
            raise DatabaseUnreachableError(reason) from missing
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _end_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_begin_sqlite` does
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    _switch_to_wal(cursor)
    # secure_delete: a password that was shown and destroyed is not to stay in the file's free pages
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Keep a log beside the file. Of two who open a new file at once SQLite refuses one without any patience."""
    for patience in (*WAL_RETRY_SECONDS, None):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if patience is None or error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            await_only(asyncio.sleep(patience))
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    reads_only = bool(options.get("layanan_read"))
    if connection.info.get("reads_only", False) != reads_only:  # kept by the pooled connection
        connection.exec_driver_sql(f"PRAGMA query_only={int(reads_only)}")
        connection.info["reads_only"] = reads_only
    # A deferred transaction that turns writer may fail half way; a writer takes the lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("layanan_write") else "BEGIN")


def _end_sqlite(connection: Any, _record: Any, _error: BaseException | None) -> None:
    """End what was under way when a task was cancelled: SQLite closes no file whose rows are still waited for.

    The statement is done all the same, in a thread of its own; its cursor would keep the lock for as long as anybody
    has the traceback (SQLite, close.html: a zombie).
    """
    with contextlib.suppress(Exception):  # it is closed next in any case
        connection.rollback()
