"""The database: its revision, whether it is whole, what waits in it, and whether its seals can be opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.doctor.finding import Finding, bad, due, good
from bot.settings import Settings
from workflows.store import health, hostings, migrations
from workflows.store.engine import DatabaseUnreachableError
from workflows.store.health import Backlog
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database

STALE_SECONDS = 600.0  # what is due is handled within seconds where `layanan run` runs


async def records(settings: Settings, servers: list[Server]) -> AsyncIterator[Finding]:
    """Look at the database; the servers in use are put into `servers`."""
    if _is_new(settings):
        yield of_revision(None, "")
        return
    try:
        database = Database(settings.database)
    except DatabaseUnreachableError as error:
        yield bad(f"Database: cannot be opened: {error}")
        return
    try:
        present, newest = await migrations.present_and_newest(database)
        yield of_revision(present, newest)
        if present != newest:
            return
        async with database.read() as work:
            servers.extend(await hostings.servers(work))
            if not await health.is_whole(work):
                yield bad("Database: the file is damaged (PRAGMA quick_check). Stop the bot and restore the backup.")
            for finding in of_backlog(await health.backlog(work), work.now):
                yield finding
            yield of_keys(await health.sealed_under(work), set(settings.sealing_keys()))
    except DatabaseUnreachableError as error:
        yield bad(f"Database: cannot be reached: {error}")
    finally:
        await database.close()


def _is_new(settings: Settings) -> bool:
    """Whether SQLite's file is not there yet: to look into it would make it."""
    kind, _, path = settings.database.partition(":///")
    return kind.startswith("sqlite") and not Path(path).exists()


def of_revision(present: str | None, newest: str) -> Finding:
    """Say whether the tables are this version's."""
    if present is None:
        return good("Database: new; its tables are made at the first start.")
    if present == newest:
        return good(f"Database: at revision {newest}.")
    if present < newest:
        return due(
            f"Database: at revision {present}, this version brings {newest}: `layanan migrate`, or the next start."
        )
    return bad(f"Database: made by a newer version (revision {present}, not {newest}): install that one.")


def of_backlog(backlog: Backlog, now: dt.datetime) -> Iterator[Finding]:
    """Say what waits for longer than it would if the bot ran and Telegram answered."""
    for what, waiting in (("updates", backlog.updates), ("messages", backlog.messages)):
        if waiting.age(now) > STALE_SECONDS:
            minutes = round(waiting.age(now) / 60)
            yield bad(
                f"Database: {waiting.count} {what} wait, the oldest for {minutes} minutes: does `layanan run` run?"
            )
    if backlog.jobs["failed"]:
        yield due(f"Jobs: {backlog.jobs['failed']} failed; the engineers have their buttons in chat.")
    if backlog.held:
        yield due(f"Messages: {backlog.held} are held for people who blocked the bot.")


def of_keys(needed: set[str], known: set[str]) -> Finding:
    """Say whether SECRET_KEYS opens what is sealed."""
    if missing := sorted(needed - known):
        return bad(
            f"SECRET_KEYS: passwords are sealed under {', '.join(missing)}, which is not among them: put it back."
        )
    return good("SECRET_KEYS: opens all that is sealed.")
