"""Keeping which rows are put off because work on them failed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from workflows.store.tables import Setback
from workflows.store.unit_of_work import UnitOfWork

FORGOTTEN = dt.timedelta(days=1)


async def get(work: UnitOfWork, kind: str, row_id: int) -> Setback | None:
    """Return what is known of a row's failures."""
    return await work.session.get(Setback, (kind, row_id), populate_existing=True)


async def put_off(work: UnitOfWork, kind: str) -> list[int]:
    """Return the rows of a kind that are not to be tried yet."""
    query = select(Setback.row_id).where(Setback.kind == kind, Setback.not_before > work.now)
    return list(await work.session.scalars(query))


async def forget(work: UnitOfWork, kind: str, row_id: int) -> None:
    """Let a row count as sound again."""
    await work.session.execute(delete(Setback).where(Setback.kind == kind, Setback.row_id == row_id))


async def unsettled(work: UnitOfWork) -> list[Setback]:
    """Return all failures that no later success has settled; what is not tried again any more has ended otherwise."""
    query = select(Setback).where(Setback.not_before > work.now - FORGOTTEN).order_by(Setback.kind, Setback.row_id)
    return list(await work.session.scalars(query))
