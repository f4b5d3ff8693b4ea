"""The clocks of steps: which reminder is due, which stay has not been measured yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select, update

from workflows.store.cases import ALIVE
from workflows.store.tables import Case, CaseStep
from workflows.store.unit_of_work import UnitOfWork

ALL_TOLD = 100  # of `CaseStep.reminded`: nothing is left to be told of this stay
_RUNS = (CaseStep.finished_at.is_(None), CaseStep.paused_at.is_(None))


async def unwound(work: UnitOfWork, limit: int) -> list[CaseStep]:
    """Return stays that run without knowing when their next reminder is due."""
    query = select(CaseStep).where(*_RUNS, CaseStep.due_at.is_(None), CaseStep.reminded < ALL_TOLD)
    return list(await work.session.scalars(query.order_by(CaseStep.id).limit(limit)))


async def due(work: UnitOfWork, limit: int) -> list[CaseStep]:
    """Return stays of which somebody must be reminded now, the longest due first."""
    query = select(CaseStep).where(CaseStep.finished_at.is_(None), CaseStep.due_at <= work.now)
    return list(await work.session.scalars(query.order_by(CaseStep.due_at, CaseStep.id).limit(limit)))


async def unmeasured(work: UnitOfWork, limit: int) -> list[CaseStep]:
    """Return stays that have ended and whose working time is not counted yet."""
    query = select(CaseStep).where(CaseStep.finished_at.is_not(None), CaseStep.worked_seconds.is_(None))
    return list(await work.session.scalars(query.order_by(CaseStep.finished_at).limit(limit)))


async def stay(work: UnitOfWork, stay_id: int) -> CaseStep | None:
    """Return one stay as it is now."""
    return await work.session.get(CaseStep, stay_id, populate_existing=True)


async def present(work: UnitOfWork, case_ids: Collection[int]) -> dict[int, CaseStep]:
    """Return the stay in which each of these cases is, by case."""
    query = select(CaseStep).where(CaseStep.case_id.in_(case_ids), CaseStep.finished_at.is_(None))
    return {found.case_id: found for found in await work.session.scalars(query.order_by(CaseStep.id))}


async def waiting_since(work: UnitOfWork, before: dt.datetime) -> list[Case]:
    """Return the living cases that came to their step before a moment."""
    query = select(Case).join(CaseStep, CaseStep.case_id == Case.id).order_by(Case.id)
    waits = (CaseStep.finished_at.is_(None), CaseStep.started_at < before, Case.status.in_(ALIVE))
    return list(await work.session.scalars(query.where(*waits)))


async def wind_anew(work: UnitOfWork, since: dt.datetime) -> None:
    """Forget what was computed from a calendar that has changed from `since` on; the next look computes it again."""
    running = update(CaseStep).where(CaseStep.finished_at.is_(None)).values(due_at=None)
    ended = update(CaseStep).where(CaseStep.finished_at >= since).values(worked_seconds=None)
    for statement in (running, ended):
        await work.session.execute(statement.execution_options(synchronize_session=False))
