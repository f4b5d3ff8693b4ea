"""A copy of the whole database as it stands at one instant, while others go on reading and writing it.

It is a SQLite file, whatever the database is: so one kind of backup comes back into either.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from workflows.store import migrations
from workflows.store.transfer import TransferError, transfer
from workflows.store.unit_of_work import Database

WAIT_SECONDS = 30.0


class SnapshotError(Exception):
    """No copy can be made, or a copy is not whole; the message is a sentence without its full stop."""


async def copy(database: Database, to: Path) -> None:
    """Write a copy to a new file. Raises `SnapshotError`."""
    if database.shared:
        await _copy_rows(database, to)
    else:
        await asyncio.to_thread(_copy_file, str(database.engine.url.database), to)


async def upgrade(database: Database) -> None:
    """Bring a copy's tables up to the newest. Raises `SnapshotError` where they are newer than this program."""
    try:
        await migrations.upgrade(database)
    except migrations.NewerDatabaseError as error:
        raise SnapshotError("the database was made by a newer version of this program") from error


def check(file: Path) -> None:
    """Look whether a copy is whole in itself. Raises `SnapshotError`."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise SnapshotError(f"the database is damaged: {error}") from error
    if found != "ok" or loose is not None:
        raise SnapshotError(f"the database is damaged: {found if found != 'ok' else 'a row refers to nothing'}")


async def _copy_rows(database: Database, to: Path) -> None:
    present, newest = await migrations.present_and_newest(database)
    if present != newest:
        raise SnapshotError(f"the database is at revision {present}, and this program knows {newest}: migrate it first")
    copied = Database(f"sqlite+aiosqlite:///{to}", clock=database.clock)
    try:
        await migrations.upgrade(copied)
        async with copied.write() as target, database.read() as source:
            await transfer(source, target)
    except (TransferError, SQLAlchemyError) as error:
        raise SnapshotError(f"the database cannot be copied: {error}") from error
    finally:
        await copied.close()


def _copy_file(file: str, to: Path) -> None:
    """VACUUM INTO reads in one transaction and leaves out what was deleted; writers of a WAL database need not wait."""
    existing = f"{Path(file).absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(existing, timeout=WAIT_SECONDS, uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise SnapshotError(f"the database cannot be copied: {error}") from error
