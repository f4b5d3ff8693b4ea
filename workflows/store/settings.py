"""The office's own settings: small values by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from workflows.store.tables import Setting
from workflows.store.unit_of_work import UnitOfWork


async def get(work: UnitOfWork, key: str) -> dict[str, Any] | None:
    """Return a value, or None where there is none."""
    row = await work.session.get(Setting, key)
    return row.value if row else None


async def beginning_with(work: UnitOfWork, prefix: str) -> dict[str, dict[str, Any]]:
    """Return all values whose key begins so, by key."""
    query = select(Setting).where(Setting.key.startswith(prefix, autoescape=True)).order_by(Setting.key)
    return {row.key: row.value for row in await work.session.scalars(query)}


async def lock(work: UnitOfWork, key: str) -> dict[str, Any] | None:
    """Return a value as `get` does; nobody else changes it until the transaction ends."""
    await work.lock_record()  # a row that is not there yet cannot be locked
    row = await work.session.get(Setting, key, populate_existing=True)
    return row.value if row else None


async def drop(work: UnitOfWork, key: str) -> None:
    """Forget a value; nothing happens where there is none."""
    await work.session.execute(delete(Setting).where(Setting.key == key))


async def put(work: UnitOfWork, key: str, value: dict[str, Any]) -> None:
    """Set a value."""
    row = await work.session.get(Setting, key)
    if row is None:
        work.add(Setting(key=key, value=value))
    else:
        row.value = value
    await work.flush()
