"""A copy of the whole database as it stands at one instant, while others go on reading and writing it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from alembic.util import CommandError

from workflows.store import migrations
from workflows.store.unit_of_work import Database

WAIT_SECONDS = 30.0


class SnapshotError(Exception):
    """No copy can be made, or a copy is not whole; the message is a sentence without its full stop."""


async def copy(database: Database, to: Path) -> None:
    """Write a copy to a new file. Raises `SnapshotError`, also for a database that is not SQLite."""
    if database.engine.dialect.name != "sqlite":
        raise SnapshotError("a PostgreSQL database is copied by pg_dump, not by this command")
    await asyncio.to_thread(_copy, str(database.engine.url.database), to)


async def upgrade(database: Database) -> None:
    """Bring a copy's tables up to the newest. Raises `SnapshotError` where they are newer than this program."""
    try:
        await migrations.upgrade(database)
    except CommandError as error:
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


def _copy(file: str, to: Path) -> None:
    """VACUUM INTO reads in one transaction and leaves out what was deleted; writers of a WAL database need not wait."""
    existing = f"{Path(file).absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(existing, timeout=WAIT_SECONDS, uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise SnapshotError(f"the database cannot be copied: {error}") from error
