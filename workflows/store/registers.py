"""Yearly numbered registers. A number is taken inside the transaction that uses it, so none is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import UnitOfWork


async def take(
    work: UnitOfWork,
    register: str,
    year: int,
    number: Callable[[int], str],
    *,
    case_id: int | None = None,
    subject: str = "",
    party: str = "",
) -> RegisterEntry:
    """Take the next sequence of `register` in `year`; `number` turns it into the text that is printed.

    One at a time; the unique constraint on (register, year, sequence) stands behind it.
    """
    await work.turn()
    newest = select(func.max(RegisterEntry.sequence)).where(
        RegisterEntry.register == register, RegisterEntry.year == year
    )
    sequence = ((await work.session.scalar(newest)) or 0) + 1
    entry = RegisterEntry(
        register=register,
        year=year,
        sequence=sequence,
        number=number(sequence),
        case_id=case_id,
        subject=subject,
        party=party,
        created_at=work.now,
    )
    work.add(entry)
    await work.flush()
    return entry
