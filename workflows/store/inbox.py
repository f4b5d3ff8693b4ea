"""Telegram's updates, kept until their effect is committed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, insert, literal, select, update

from workflows.store.tables import InboxUpdate
from workflows.store.unit_of_work import UnitOfWork


async def keep(work: UnitOfWork, update_id: int, chat_id: int, payload: dict[str, Any]) -> bool:
    """Keep an update. Return False where it was kept before (Telegram repeats what it is unsure of)."""
    new = select(
        literal(update_id, InboxUpdate.update_id.type),
        literal(chat_id, InboxUpdate.chat_id.type),
        literal(payload, InboxUpdate.payload.type),
        literal(work.now, InboxUpdate.received_at.type),
    ).where(~select(InboxUpdate.update_id).where(InboxUpdate.update_id == update_id).exists())
    columns = (InboxUpdate.update_id, InboxUpdate.chat_id, InboxUpdate.payload, InboxUpdate.received_at)
    kept = await work.session.scalars(insert(InboxUpdate).from_select(columns, new).returning(InboxUpdate.update_id))
    if kept.first() is None:
        return False
    work.wake("inbox")
    return True


async def waiting(work: UnitOfWork) -> list[InboxUpdate]:
    """Return all that is not done, oldest first."""
    query = select(InboxUpdate).where(InboxUpdate.done_at.is_(None)).order_by(InboxUpdate.update_id)
    return list(await work.session.scalars(query))


async def finish(work: UnitOfWork, update_id: int, error: str | None = None) -> None:
    """Mark an update as done, in the transaction of its effect."""
    done = update(InboxUpdate).where(InboxUpdate.update_id == update_id).values(done_at=work.now, error=error)
    await work.session.execute(done)


async def forget(work: UnitOfWork, before: dt.datetime) -> None:
    """Delete what was done before `before`: updates hold what people wrote, and are needed no longer than that."""
    await work.session.execute(delete(InboxUpdate).where(InboxUpdate.done_at < before))
