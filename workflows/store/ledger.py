"""Appending to the ledger and reading it back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import Select, Text, cast, select

from workflows.store.ledger_line import FIRST, LedgerLine, unambiguous
from workflows.store.tables import LedgerEntry
from workflows.store.unit_of_work import UnitOfWork

PAGE = 200


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
    await work.lock_record()
    last = await newest(work)
    line = LedgerLine(
        sequence=last.sequence + 1 if last else 1,
        at=work.now,
        person_id=person_id,
        mandate_id=mandate_id,
        action=action,
        case_id=case_id,
        data=dict(data or {}),
        previous=last.hash if last else FIRST,
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


async def newest(work: UnitOfWork) -> LedgerEntry | None:
    """Return the last line."""
    return (await work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.sequence.desc()).limit(1))).first()


async def lines(work: UnitOfWork) -> AsyncIterator[tuple[LedgerLine, str]]:
    """Yield every line with its stored hash, oldest first.

    What somebody made unreadable is yielded all the same, as a line that its hash cannot fit: an audit must name it.
    """
    after: int | None = None
    while rows := (await work.session.execute(_page(after))).mappings().all():
        for row in rows:
            fields = dict(row)
            stored = fields.pop("hash")
            try:
                yield _as_written(fields), stored
            except (TypeError, ValueError):
                yield _unreadable(fields), stored
        after = rows[-1]["sequence"]


def _page(after: int | None) -> Select[*tuple[Any, ...]]:
    """Ask for the next lines, few enough that others of this process are not kept waiting by reading them."""
    row = LedgerEntry
    columns = (row.sequence, row.person_id, row.mandate_id, row.action, row.case_id, row.previous, row.hash)
    query = select(*columns, cast(row.at, Text).label("at"), cast(row.data, Text).label("data"))
    if after is not None:
        query = query.where(row.sequence > after)
    return query.order_by(row.sequence).limit(PAGE)


def _as_written(fields: dict[str, Any]) -> LedgerLine:
    """Read a row. Raises `TypeError` or `ValueError` where it holds what we never write."""
    at = dt.datetime.fromisoformat(fields["at"])
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    line = LedgerLine(**fields | {"at": at, "data": json.loads(fields["data"], object_pairs_hook=unambiguous)})
    line.canonical()
    return line


def _unreadable(fields: dict[str, Any]) -> LedgerLine:
    return LedgerLine(
        sequence=fields["sequence"],
        at=dt.datetime.min.replace(tzinfo=dt.UTC),
        person_id=None,
        mandate_id=None,
        action="unreadable",
        case_id=None,
        data={"unreadable": repr(fields)},
        previous=str(fields["previous"]),
    )


async def of_case(work: UnitOfWork, case_id: int) -> list[LedgerEntry]:
    """Return a case's lines, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.sequence)
    return list(await work.session.scalars(query))
