"""Deleting rows whose time is over."""

from __future__ import annotations

from sqlalchemy import Delete

from workflows.store.unit_of_work import UnitOfWork


async def deleted(work: UnitOfWork, statement: Delete) -> int:
    """Delete rows; return how many there were."""
    await work.flush()
    connection = await work.session.connection()
    return (await connection.execute(statement)).rowcount
