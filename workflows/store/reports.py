"""Sums over many cases, made by the database: what a report needs, and no case by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import JSON, ColumnElement, Integer, TableValuedAlias, and_, case, cast, column, func, select

from workflows.store.cases import ALIVE
from workflows.store.tables import Case, CaseStep
from workflows.store.unit_of_work import UnitOfWork

Edges: TypeAlias = Sequence[dt.datetime]  # rising; between each two lies a bucket


async def opened(work: UnitOfWork, code: str, edges: Edges) -> dict[int, int]:
    """Count the cases of an SOP that began, by bucket."""
    bucket = _bucket(Case.created_at, edges)
    query = select(bucket, func.count()).where(Case.sop_code == code, _within(Case.created_at, edges)).group_by(bucket)
    return dict((await work.session.execute(query)).all())


async def ended(work: UnitOfWork, code: str, edges: Edges) -> dict[tuple[int, str], int]:
    """Count the cases of an SOP that ended, by bucket and status."""
    bucket = _bucket(Case.closed_at, edges)
    query = select(bucket, Case.status, func.count()).where(Case.sop_code == code, _within(Case.closed_at, edges))
    found = await work.session.execute(query.group_by(bucket, Case.status))
    return {(place, status): count for place, status, count in found}


async def standing(work: UnitOfWork, code: str) -> dict[str, int]:
    """Count the living cases of an SOP, by step. Those of other SOPs are few, and left out at the end."""
    query = select(Case.sop_code, Case.step, func.count()).where(Case.status.in_(ALIVE))
    found = await work.session.execute(query.group_by(Case.sop_code, Case.step))
    return {step: count for of, step, count in found if of == code}


async def stays(work: UnitOfWork, code: str, edges: Edges) -> dict[str, tuple[int, int, int, int, int]]:
    """Add up the stays that ended: count, seconds in all, the longest, past the deadline, within the norm; by step.

    The SOP is no condition: the database is to begin with the stays of the time, not with all cases of the SOP.
    """
    worked = CaseStep.worked_seconds
    judged = (_how_many(CaseStep.late.is_(True)), _how_many(CaseStep.in_norm.is_(True)))
    sums = (func.count(), func.sum(worked), func.max(worked), *judged)
    query = (
        select(Case.sop_code, CaseStep.step, *sums)
        .join(Case, Case.id == CaseStep.case_id)
        .where(worked.is_not(None), _within(CaseStep.finished_at, edges))
        .group_by(Case.sop_code, CaseStep.step)
    )
    found = await work.session.execute(query)
    return {row[1]: tuple(int(value) for value in row[2:]) for row in found if row[0] == code}  # type: ignore[misc]


async def answers(
    work: UnitOfWork, code: str, edges: Edges, *, fact: str, questions: Sequence[str]
) -> tuple[int, tuple[float, ...]]:
    """Return how many filled in what a fact records by person, of cases that ended, and the mean of each question."""
    each = _each(work, fact)
    given = [cast(each.c.value[("answers", question)].as_string(), Integer) for question in questions]
    query = (
        select(func.count(), *(func.avg(value) for value in given))
        .select_from(Case)
        .join(each, onclause=Case.id == Case.id)
        .where(Case.sop_code == code, _within(Case.closed_at, edges))
    )
    count, *means = (await work.session.execute(query)).one()
    return int(count), tuple(float(mean or 0) for mean in means)


def _each(work: UnitOfWork, fact: str) -> TableValuedAlias:
    """Return the entries of a fact of each case, one a person."""
    entries = func.json_each(Case.facts, f"$.{fact}") if work.is_sqlite else func.json_each(Case.facts[fact])
    return entries.table_valued(column("key"), column("value", JSON), name="entry")


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _within(moment: Any, edges: Edges) -> ColumnElement[bool]:
    return and_(moment >= edges[0], moment < edges[-1])


def _bucket(moment: Any, edges: Edges) -> ColumnElement[int]:
    return case(*((moment < edge, place) for place, edge in enumerate(edges[1:])), else_=-1)
