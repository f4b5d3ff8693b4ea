"""How the tables came to be, step by step (Alembic), and the way to the newest of them."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from workflows.store.engine import POSTGRESQL, DatabaseUnreachableError
from workflows.store.unit_of_work import Database

FOLDER = Path(__file__).parent


class NewerDatabaseError(Exception):
    """A newer version of this program has migrated the database; the message names both revisions."""


async def upgrade(database: Database) -> str:
    """Bring the tables up to the newest revision, in one transaction; return it. Running it again changes nothing.

    Raises `DatabaseUnreachableError`, `NewerDatabaseError`.
    """
    async with _connected(database) as connection, _free_to_rebuild(connection):
        writer = await connection.execution_options(layanan_write=True)
        revision = await writer.run_sync(_upgrade)
        await writer.commit()
    return revision


async def present_and_newest(database: Database) -> tuple[str | None, str]:
    """Return the revision that the tables are at (None: there are none) and the newest there is. Changes nothing.

    Raises `DatabaseUnreachableError`.
    """
    async with _connected(database) as connection:
        present = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return present, _scripts().get_current_head() or ""


@contextlib.asynccontextmanager
async def _connected(database: Database) -> AsyncIterator[AsyncConnection]:
    try:
        _open_file(database)
        connection = await database.engine.connect()
    except sqlite3.Error as error:
        raise DatabaseUnreachableError(str(error)) from error
    except DBAPIError as error:
        raise DatabaseUnreachableError(str(error.orig).strip().splitlines()[-1]) from error
    try:
        yield connection
    finally:
        await connection.close()


def _open_file(database: Database) -> None:
    """See that SQLite's file can be opened, without a thread: aiosqlite's complains, where the process ends at once."""
    if not database.shared:
        sqlite3.connect(database.engine.url.database or "").close()


@contextlib.asynccontextmanager
async def _free_to_rebuild(connection: AsyncConnection) -> AsyncIterator[None]:
    """Let SQLite drop a table that others refer to: it changes a column by building the table anew (lang_altertable).

    The switch works outside a transaction only. What refers to nothing afterwards stops the upgrade.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None  # noqa: S101 - it is connected
    await raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        await connection.rollback()  # what was not committed; the switch does nothing while a transaction stands
        await raw.execute("PRAGMA foreign_keys=ON")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


@functools.cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _upgrade(connection: Connection) -> str:
    config = _config()
    if connection.dialect.name == POSTGRESQL:  # several processes may start at once: one of them migrates
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("migrations", 0))))
    newest = _scripts().get_current_head() or ""
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {script.revision for script in _scripts().walk_revisions()}:
        raise NewerDatabaseError(f"it is at revision {present}, this version knows {newest}")
    if present != newest:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise CommandError("the upgrade would leave rows that refer to nothing")
    return newest
