"""Moves of hostings: kept, found by hosting, by what is due and by the servers they take room on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import or_, select

from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import UnitOfWork

ENDED = ("refused", "done", "undone")
ON_THE_WAY = ("agreed", "prepared", "copied", "closed", "delivered", "undoing")
TAKING_ROOM = ("planned", *ON_THE_WAY)  # on the target


async def get(work: UnitOfWork, move_id: int) -> Move | None:
    """Return one move."""
    return await work.session.get(Move, move_id)


async def lock(work: UnitOfWork, move_id: int) -> Move | None:
    """Return one move as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(Move).where(Move.id == move_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def under_way(work: UnitOfWork, hosting_id: int) -> Move | None:
    """Return the move of a hosting that has not ended."""
    query = select(Move).where(Move.hosting_id == hosting_id, Move.phase.not_in(ENDED))
    return (await work.session.scalars(query)).first()


async def is_busy(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether a hosting is on its way, so that nothing else may be done to it."""
    query = select(Move.id).where(Move.hosting_id == hosting_id, Move.phase.in_(ON_THE_WAY))
    return (await work.session.scalar(query)) is not None


async def is_closing(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether a move closes a hosting for its last changes, or opens it again: before that its site stands open."""
    phases = ("copied", "closed", "delivered", "undoing")
    query = select(Move.id).where(Move.hosting_id == hosting_id, Move.phase.in_(phases))
    return (await work.session.scalar(query)) is not None


async def planned(work: UnitOfWork) -> list[Move]:
    """Return the moves that are agreed to and wait for their time."""
    return list(await work.session.scalars(select(Move).where(Move.phase == "planned").order_by(Move.id)))


async def planned_of(work: UnitOfWork, hosting_id: int) -> Move | None:
    """Return the move of a hosting that waits for its time."""
    found = await under_way(work, hosting_id)
    return found if found is not None and found.phase == "planned" else None


async def due(work: UnitOfWork, phases: Collection[str], now: dt.datetime) -> list[Move]:
    """Return the moves in some phases that are to be gone on with, oldest first."""
    query = select(Move).where(Move.phase.in_(phases), Move.due_at <= now).order_by(Move.id)
    return list(await work.session.scalars(query))


async def taking_room_on(work: UnitOfWork, server_id: int) -> list[Hosting]:
    """Return the hostings that a server holds or will hold by a move, beside those that are its own."""
    coming = (Move.target_id == server_id) & Move.phase.in_(TAKING_ROOM)
    left = (Move.source_id == server_id) & (Move.phase == "resting")
    query = select(Hosting).join(Move, Move.hosting_id == Hosting.id).where(or_(coming, left))
    found = await work.session.scalars(query.where(Hosting.server_id != server_id))
    return list(found)
