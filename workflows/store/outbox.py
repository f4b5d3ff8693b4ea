"""Messages that must go out, and the cards that stand in chats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from workflows.store.tables import Card, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork


async def put(
    work: UnitOfWork,
    chat_id: int,
    kind: str,
    params: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    case_id: int | None = None,
    not_before: dt.datetime | None = None,
) -> OutboxMessage | None:
    """Add a message in the present transaction. Return None where one of the same `key` exists already."""
    if key is not None and await work.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return None
    row = OutboxMessage(
        chat_id=chat_id,
        kind=kind,
        params=params or {},
        key=key,
        case_id=case_id,
        not_before=not_before or work.now,
        created_at=work.now,
    )
    work.add(row)
    await work.flush()
    work.wake("outbox")
    return row


async def due(work: UnitOfWork, *, busy_chats: Collection[int] = (), limit: int = 100) -> list[OutboxMessage]:
    """Return the oldest unsent message of each chat that is due and not in `busy_chats`: order holds within a chat."""
    open_states = ("pending", "sending")
    heads = (
        select(func.min(OutboxMessage.id))
        .where(OutboxMessage.state.in_(open_states), OutboxMessage.chat_id.not_in(busy_chats))
        .group_by(OutboxMessage.chat_id)
    )
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(heads), OutboxMessage.not_before <= work.now)
        .order_by(OutboxMessage.id)
        .limit(limit)
    )
    return list(await work.session.scalars(query))


async def unsent_of_case(work: UnitOfWork, case_id: int, kind: str) -> int:
    """Count the messages of one kind that a case still owes."""
    query = select(func.count()).where(
        OutboxMessage.case_id == case_id,
        OutboxMessage.kind == kind,
        OutboxMessage.state.in_(("pending", "sending")),
    )
    return (await work.session.scalar(query)) or 0


async def card(work: UnitOfWork, chat_id: int, subject: str) -> Card | None:
    """Return the message that shows `subject` in a chat."""
    query = select(Card).where(Card.chat_id == chat_id, Card.subject == subject)
    return (await work.session.scalars(query)).first()


async def cards_of(work: UnitOfWork, subject: str) -> list[Card]:
    """Return every chat's message that shows `subject`."""
    return list(await work.session.scalars(select(Card).where(Card.subject == subject).order_by(Card.id)))
