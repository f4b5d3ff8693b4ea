"""Telegram's updates, kept until their effect is committed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, select

from workflows.store.tables import InboxUpdate
from workflows.store.unit_of_work import UnitOfWork


async def keep(work: UnitOfWork, update_id: int, chat_id: int, payload: dict[str, Any]) -> bool:
    """Keep an update. Return False where it was kept before (Telegram repeats what it is unsure of)."""
    if await work.session.get(InboxUpdate, update_id) is not None:
        return False
    work.add(InboxUpdate(update_id=update_id, chat_id=chat_id, payload=payload, received_at=work.now))
    work.wake("inbox")
    return True


async def waiting(work: UnitOfWork) -> list[InboxUpdate]:
    """Return all that is not done, oldest first."""
    query = select(InboxUpdate).where(InboxUpdate.done_at.is_(None)).order_by(InboxUpdate.update_id)
    return list(await work.session.scalars(query))


async def finish(work: UnitOfWork, update_id: int, error: str | None = None) -> None:
    """Mark an update as done, in the transaction of its effect."""
    row = await work.session.get_one(InboxUpdate, update_id)
    row.done_at = work.now
    row.error = error


async def forget(work: UnitOfWork, before: dt.datetime) -> None:
    """Delete what was done before `before`: updates hold what people wrote, and are needed no longer than that."""
    await work.session.execute(delete(InboxUpdate).where(InboxUpdate.done_at < before))
