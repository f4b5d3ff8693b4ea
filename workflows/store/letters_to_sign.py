"""Letters that were made to be signed and have no signed file yet."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import Letter, RegisterEntry
from workflows.store.unit_of_work import UnitOfWork

IS_VOID = (
    select(RegisterEntry.id)
    .where(
        RegisterEntry.case_id == Letter.case_id,
        RegisterEntry.number == Letter.number,
        RegisterEntry.voided_at.is_not(None),
    )
    .exists()
)
WAITING = select(Letter).where(Letter.paper_id.is_(None), Letter.original_id.is_not(None), ~IS_VOID).order_by(Letter.id)


async def waiting(work: UnitOfWork) -> list[Letter]:
    """Return those whose number still stands, oldest first."""
    return list(await work.session.scalars(WAITING))
