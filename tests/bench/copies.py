"""Copies of a case that was played: every row of it, in every table, under ids and names of its own.

Each began and ended a while after the one before: the office has `MONTHLY` cases a month, however long it has them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Self

from sqlalchemy import ColumnElement, Integer, Interval, String, Table, cast, func, insert, literal, select, true

from workflows.store.outbox import OPEN
from workflows.store.tables import Base, Case
from workflows.store.tables.hostings import HostingState
from workflows.store.unit_of_work import Database, UnitOfWork

TABLES = (
    "cases", "case_steps", "papers", "letters", "register_entries", "ledger", "hostings", "jobs", "credentials",
    "outbox", "cards",
)  # fmt: skip
UNIQUE = {
    "cases": ("number", "subject", "subdomain"), "letters": ("short_code",), "register_entries": ("number",),
    "ledger": ("hash",), "hostings": ("slug", "domain"), "jobs": ("request_id",), "outbox": ("key",),
    "cards": ("subject",),
}  # fmt: skip
POINTS_TO = {"case_id": "cases", "paper_id": "papers", "hosting_id": "hostings"}
MOVED = {"cases": ("created_at", "changed_at", "closed_at"), "case_steps": ("started_at", "finished_at")}
MONTHLY = 100
APART = dt.timedelta(days=365.25 / 12 / MONTHLY)
CHUNK = 20_000  # cases a transaction
OPDS = 30
NAMED = len("-200000")  # what makes a copy's name its own
MESSAGES_KEPT_OF = 2_000  # cases: of older ones the messages are forgotten (bot/process/ticks.py)


@dataclasses.dataclass(frozen=True)
class Original:
    """The first case of a database; `spans` are its rows in each table: the least id, and how many ids."""

    database: Database
    spans: dict[str, tuple[int, int]]

    @classmethod
    async def of(cls, database: Database) -> Self:
        """Look at a database with one case."""
        async with database.read() as work:
            return cls(database, {name: await _span(work, name) for name in TABLES})

    async def copy(self, wanted: int) -> None:
        """Copy the case until there are `wanted` in all. Only the hostings of the first copies still stand."""
        async with self.database.read() as work:
            have = (await work.session.scalar(select(func.count()).select_from(Case))) or 0
        for first in range(have, wanted, CHUNK):
            last = min(first + CHUNK, wanted)
            async with self.database.write() as work:
                for name in TABLES:
                    since = wanted - MESSAGES_KEPT_OF if name == "outbox" else first
                    await self._copy(work, name, max(first, since), last, hostings_stand=have == 1)

    async def _copy(self, work: UnitOfWork, name: str, first: int, last: int, *, hostings_stand: bool) -> None:
        if first >= last:
            return
        numbers = select(literal(first, Integer).label("n")).cte("numbers", recursive=True)
        numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last - 1))
        table = Base.metadata.tables[name]
        low, span = self.spans[name]
        columns = {column.name: self._value(column, name, numbers.c.n, work) for column in table.columns}
        if name == "hostings" and not hostings_stand:
            columns["state"] = literal(HostingState.RELEASED)
        rows = select(*columns.values()).select_from(table.join(numbers, true()))
        rows = rows.where(_key(table) >= low, _key(table) < low + span)
        if name == "outbox":  # what waits does not grow with what was
            rows = rows.where(table.c.state.not_in(OPEN))
        await work.session.execute(insert(table).from_select(list(columns), rows, include_defaults=False))

    def _value(self, column: Any, table: str, n: ColumnElement[int], work: UnitOfWork) -> ColumnElement[Any]:
        if column.primary_key or (table, column.name) == ("register_entries", "sequence"):
            return _plus(column, n * self.spans[table][1])
        if column.name in POINTS_TO:
            return _plus(column, n * self.spans[POINTS_TO[column.name]][1])
        if column.name in MOVED.get(table, ()):
            return _later(column, n, work)
        if (table, column.name) == ("cases", "opd_id"):
            return n % OPDS + 1
        if column.name in UNIQUE.get(table, ()):
            room = column.type.length
            begin = func.substr(column, 1, room - NAMED) if room else column
            named: ColumnElement[Any] = begin + "-" + cast(n + 1, String)
            return named
        kept: ColumnElement[Any] = column
        return kept


def _later(column: ColumnElement[Any], n: ColumnElement[int], work: UnitOfWork) -> ColumnElement[Any]:
    if not work.is_sqlite:
        return _plus(column, n * literal(APART, Interval))
    seconds = cast(n * int(APART.total_seconds()), String) + " seconds"
    return func.strftime("%Y-%m-%d %H:%M:%f000", column, seconds)  # as SQLAlchemy writes it


def _plus(column: ColumnElement[Any], more: ColumnElement[Any]) -> ColumnElement[Any]:
    return column + more


async def _span(work: UnitOfWork, name: str) -> tuple[int, int]:
    key = _key(Base.metadata.tables[name])
    low, high = (await work.session.execute(select(func.min(key), func.max(key)))).one()
    return int(low), int(high - low + 1)


def _key(table: Table) -> ColumnElement[Any]:
    return next(iter(table.primary_key.columns))
