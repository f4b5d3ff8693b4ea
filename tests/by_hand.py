"""A database as somebody with an SQL prompt has it, past all our code: for judging, and for tampering."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, text


class ByHand:
    """One transaction of SQL as it is typed; each `?` stands for a value, on SQLite and PostgreSQL alike."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        names = [f"v{place}" for place in range(len(values))]
        for name in names:
            query = query.replace("?", f":{name}", 1)
        found = self._connection.execute(text(query), dict(zip(names, values, strict=True)))
        return [tuple(row) for row in found] if found.returns_rows else []

    def run(self, statement: str, *values: Any) -> None:
        """Change something."""
        self.rows(statement, *values)


@contextlib.contextmanager
def by_hand(url: str) -> Iterator[ByHand]:
    """Begin a transaction; commit when the block ends, roll back when it raises."""
    with _engine(url).begin() as connection:
        yield ByHand(connection)


def as_json(value: str | dict[str, Any]) -> dict[str, Any]:
    """Return what a column of JSON holds: SQLite gives it as it is written, PostgreSQL as it is meant."""
    return dict(json.loads(value)) if isinstance(value, str) else value


@functools.lru_cache
def _engine(url: str) -> Engine:
    return create_engine(url.replace("+aiosqlite", ""), poolclass=NullPool)
