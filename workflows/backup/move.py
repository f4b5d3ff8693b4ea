"""What was unpacked, moved into a database of its own: PostgreSQL, wherever the backup was made."""

from __future__ import annotations

from workflows.backup.contents import Manifest
from workflows.backup.restore import DATABASE_FILE, RESTORED, RestoreError, Unpacked, noted, opened
from workflows.record.audit import audit
from workflows.store import ledger, migrations
from workflows.store.transfer import TransferError, make_room, transfer
from workflows.store.unit_of_work import Database


async def move(unpacked: Unpacked, url: str) -> None:
    """Move the database to `url`, where there must be none: all of it, compared by the ledger, or nothing.

    What an attempt that was cut off had moved already stands. Raises `RestoreError`, `DatabaseUnreachableError`.
    """
    target = Database(url)
    try:
        if not await _moved_before(target, unpacked.manifest):
            await make_room(target)
            async with opened(unpacked) as source:
                await _move(source, target)
    except TransferError as error:
        raise RestoreError(f"DATABASE_URL: {error}") from error
    finally:
        await target.close()
    (unpacked.place / DATABASE_FILE).unlink()


async def _moved_before(target: Database, manifest: Manifest) -> bool:
    """Whether the database is this very backup as it was restored, and nothing was recorded since."""
    present, newest = await migrations.present_and_newest(target)
    if present != newest:
        return False
    async with target.read() as work:
        last = await ledger.newest(work)
    return last is not None and (last.action, last.data) == (RESTORED, noted(manifest))


async def _move(source: Database, target: Database) -> None:
    async with source.read() as here:
        before = await audit(ledger.lines(here))
        async with target.write() as there:
            await transfer(here, there)
            if await audit(ledger.lines(there)) != before:
                raise RestoreError("the ledger did not arrive as it left")
