"""How much there is, in numbers; and what a database must be told once it was brought back from a backup."""

from __future__ import annotations

import dataclasses

from sqlalchemy import func, select, update

from workflows.store import outbox
from workflows.store.tables import Case, LedgerEntry, OutboxMessage, Paper, RegisterEntry
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class StoreSize:
    """Cases, lines of the ledger, and the last sequence of each register ("agenda 2026")."""

    cases: int
    ledger_lines: int
    numbers: dict[str, int]


async def measure(work: UnitOfWork) -> StoreSize:
    """Count."""
    last = (
        select(RegisterEntry.register, RegisterEntry.year, func.max(RegisterEntry.sequence))
        .group_by(RegisterEntry.register, RegisterEntry.year)
        .order_by(RegisterEntry.register, RegisterEntry.year)
    )
    return StoreSize(
        cases=await work.session.scalar(select(func.count()).select_from(Case)) or 0,
        ledger_lines=await work.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0,
        numbers={f"{name} {year}": number for name, year, number in await work.session.execute(last)},
    )


async def hashes_of_papers(work: UnitOfWork) -> set[str]:
    """Return the SHA-256 of every file that is to be there for a paper."""
    return set(await work.session.scalars(select(Paper.sha256).where(Paper.removed_at.is_(None)).distinct()))


async def doubt_what_was_open(work: UnitOfWork) -> None:
    """Let every message that was still to be sent say that it may have come before."""
    await work.session.execute(update(OutboxMessage).where(OutboxMessage.state.in_(outbox.OPEN)).values(doubtful=True))
