"""How messages whose time is over go, and what those that are kept were made of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, or_, select

from workflows.store.forgetting import deleted
from workflows.store.tables import Card, Case, MessageState, OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


async def forget(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete what was over before `before`, and return how much; not of cases that run or ended since.

    What was held as long for somebody out of reach is no news any more.
    """
    running = select(Case.id).where(or_(Case.closed_at.is_(None), Case.closed_at >= before))
    settled = (OutboxMessage.sent_at < before) | (
        OutboxMessage.state.in_((MessageState.DROPPED, MessageState.HELD)) & (OutboxMessage.created_at < before)
    )
    of_nobody = or_(OutboxMessage.case_id.is_(None), OutboxMessage.case_id.not_in(running))
    return await deleted(work, delete(OutboxMessage).where(settled, of_nobody))


async def forget_kind(work: UnitOfWork, kind: str, before: dt.datetime) -> list[MessageParams]:
    """Delete messages of one kind that were put out before `before`; return what each was made of."""
    old = (OutboxMessage.kind == kind, OutboxMessage.created_at < before)
    forgotten = list(await work.session.scalars(select(OutboxMessage.params).where(*old)))
    if forgotten:
        await deleted(work, delete(OutboxMessage).where(*old))
    return forgotten


async def made_of(work: UnitOfWork, kind: str) -> list[MessageParams]:
    """Return what each message of one kind is made of."""
    return list(await work.session.scalars(select(OutboxMessage.params).where(OutboxMessage.kind == kind)))


async def forget_chat(work: UnitOfWork, chat_id: int) -> None:
    """Delete what was said, is to be said and stands in a chat."""
    await deleted(work, delete(OutboxMessage).where(OutboxMessage.chat_id == chat_id))
    await deleted(work, delete(Card).where(Card.chat_id == chat_id))
