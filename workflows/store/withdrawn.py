"""What people sent for requests that were withdrawn since, and whether anything else still needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from workflows.store.tables import Case, Draft, Letter, Paper
from workflows.store.unit_of_work import UnitOfWork


async def uploads(work: UnitOfWork, before: dt.datetime) -> list[Paper]:
    """Return the papers, but for letters of ours, of cases withdrawn before `before` whose files are still kept."""
    a_letter = select(Letter.id).where(
        Letter.case_id == Paper.case_id, or_(Letter.paper_id == Paper.id, Letter.original_id == Paper.id)
    )
    query = (
        select(Paper)
        .join(Case, Case.id == Paper.case_id)
        .where(Case.status == "withdrawn", Case.closed_at < before, Paper.removed_at.is_(None), ~a_letter.exists())
    )
    return list(await work.session.scalars(query.order_by(Paper.id)))


async def kept_elsewhere(work: UnitOfWork, hashes: Collection[str]) -> set[str]:
    """Return which of these contents a paper whose file is to be kept has, too."""
    query = select(Paper.sha256).where(Paper.sha256.in_(hashes), Paper.removed_at.is_(None)).distinct()
    return set(await work.session.scalars(query))


async def drafts(work: UnitOfWork) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the answers of every form that is under way, each with the answer that is being given."""
    return [(answers, scratch) for answers, scratch in await work.session.execute(select(Draft.answers, Draft.scratch))]
