"""Finding whose keys open a hosting."""

from __future__ import annotations

from sqlalchemy import delete, select

from workflows.store.forgetting import deleted
from workflows.store.tables import SftpKey
from workflows.store.unit_of_work import UnitOfWork


async def of_hosting(work: UnitOfWork, hosting_id: int) -> list[SftpKey]:
    """Return what is known of a hosting's keys."""
    query = select(SftpKey).where(SftpKey.hosting_id == hosting_id).order_by(SftpKey.id)
    return list(await work.session.scalars(query))


async def forget(work: UnitOfWork, hosting_id: int, line: str) -> None:
    """Delete what is known of a key that opens nothing any more; the ledger has who added and removed it."""
    await deleted(work, delete(SftpKey).where(SftpKey.hosting_id == hosting_id, SftpKey.line == line))
