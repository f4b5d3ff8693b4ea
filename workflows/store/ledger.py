"""Appending to the ledger and reading it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import select

from workflows import ledger
from workflows.store.tables import LedgerEntry
from workflows.store.unit_of_work import UnitOfWork


async def append(
    work: UnitOfWork,
    action: str,
    *,
    person_id: int | None = None,
    mandate_id: int | None = None,
    case_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> LedgerEntry:
    """Add one line in the present transaction. `data` must hold no secret: it is kept for ever."""
    await work.turn()
    newest = select(LedgerEntry).order_by(LedgerEntry.sequence.desc()).limit(1)
    last = (await work.session.scalars(newest)).first()
    line = ledger.Line(
        sequence=last.sequence + 1 if last else 1,
        at=work.now,
        person_id=person_id,
        mandate_id=mandate_id,
        action=action,
        case_id=case_id,
        data=dict(data or {}),
        previous=last.hash if last else ledger.FIRST,
    )
    entry = LedgerEntry(
        sequence=line.sequence,
        at=line.at,
        person_id=person_id,
        mandate_id=mandate_id,
        action=action,
        case_id=case_id,
        data=dict(line.data),
        previous=line.previous,
        hash=line.digest(),
    )
    work.add(entry)
    await work.flush()
    return entry


async def lines(work: UnitOfWork) -> AsyncIterator[tuple[ledger.Line, str]]:
    """Yield every line with its stored hash, oldest first."""
    rows = await work.session.stream_scalars(select(LedgerEntry).order_by(LedgerEntry.sequence))
    async for row in rows:
        yield (
            ledger.Line(
                sequence=row.sequence,
                at=row.at,
                person_id=row.person_id,
                mandate_id=row.mandate_id,
                action=row.action,
                case_id=row.case_id,
                data=row.data,
                previous=row.previous,
            ),
            row.hash,
        )


async def of_case(work: UnitOfWork, case_id: int) -> list[LedgerEntry]:
    """Return a case's lines, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.sequence)
    return list(await work.session.scalars(query))
