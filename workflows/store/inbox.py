"""Telegram's updates, kept until their effect is committed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import DataError, DBAPIError, StatementError

from workflows.store.forgetting import deleted
from workflows.store.insert import insert_new
from workflows.store.tables import InboxUpdate
from workflows.store.unit_of_work import UnitOfWork

TABLE = InboxUpdate.metadata.tables[InboxUpdate.__tablename__]
OLDEST = (
    select(InboxUpdate.update_id)
    .where(InboxUpdate.chat_id == bindparam("chat_id"), InboxUpdate.done_at.is_(None))
    .order_by(InboxUpdate.update_id)
    .limit(1)
)
FINISH = (
    update(TABLE)
    .where(TABLE.c.update_id == bindparam("id"))
    .values(done_at=bindparam("done_at"), error=bindparam("error"))
)


async def keep(work: UnitOfWork, update_id: int, chat_id: int, payload: dict[str, Any]) -> bool:
    """Keep an update. Return False where it was kept before (Telegram repeats what it is unsure of)."""
    values = {"update_id": update_id, "chat_id": chat_id, "payload": payload, "received_at": work.now}
    return await insert_new(work, InboxUpdate, values) is not None


def can_never_be_kept(error: Exception) -> bool:
    """Whether it is the update that fails, each time it is tried, rather than the database or the disk. Pure."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError)
    return isinstance(error, StatementError | TypeError | ValueError | LookupError | AttributeError)


async def waiting(work: UnitOfWork, *, since: dt.timedelta = dt.timedelta()) -> list[InboxUpdate]:
    """Return what is not done though it was received so long ago, oldest first."""
    query = select(InboxUpdate).where(InboxUpdate.done_at.is_(None), InboxUpdate.received_at <= work.now - since)
    return list(await work.session.scalars(query.order_by(InboxUpdate.update_id)))


async def oldest(work: UnitOfWork, chat_id: int) -> int | None:
    """Return the id of what a chat said first of all that is not done.

    Its next is nobody else's until the transaction ends.
    """
    await work.lock(f"chat:{chat_id}")
    return await work.session.scalar(OLDEST, {"chat_id": chat_id})


async def payload(work: UnitOfWork, update_id: int) -> dict[str, Any]:
    """Return an update as Telegram gave it. Raises `NoResultFound`."""
    return (await work.session.get_one(InboxUpdate, update_id)).payload


async def spoke_since(work: UnitOfWork, chat_id: int, instant: dt.datetime) -> bool:
    """Whether anything came from a chat after an instant."""
    later = select(InboxUpdate.update_id).where(InboxUpdate.chat_id == chat_id, InboxUpdate.received_at > instant)
    return await work.session.scalar(later.limit(1)) is not None


async def finish(work: UnitOfWork, update_id: int, error: str | None = None) -> None:
    """Mark an update as done, in the transaction of its effect."""
    await work.session.execute(FINISH, {"id": update_id, "done_at": work.now, "error": error})


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete what was done before `before`, and return how much: it holds what people wrote, and has done its work."""
    return await deleted(work, delete(InboxUpdate).where(InboxUpdate.done_at < before))
