"""Keeping and finding what is said about cases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from workflows.store.tables import Remark
from workflows.store.unit_of_work import UnitOfWork


async def add(work: UnitOfWork, *, case_id: int, kind: str, person_id: int, mandate_id: int, text: str) -> Remark:
    """Keep a remark."""
    row = Remark(case_id=case_id, kind=kind, person_id=person_id, mandate_id=mandate_id, text=text, created_at=work.now)
    work.add(row)
    await work.flush()
    return row


async def get(work: UnitOfWork, remark_id: int) -> Remark | None:
    """Return one remark."""
    return await work.session.get(Remark, remark_id)


async def of_case(work: UnitOfWork, case_id: int) -> list[Remark]:
    """Return a case's remarks, oldest first."""
    query = select(Remark).where(Remark.case_id == case_id).order_by(Remark.id)
    return list(await work.session.scalars(query))


async def count_since(work: UnitOfWork, person_id: int, since: dt.datetime) -> int:
    """Count what a person said since then, about all cases."""
    query = select(func.count()).where(Remark.person_id == person_id, Remark.created_at >= since)
    return await work.session.scalar(query) or 0
