"""Putting a row in unless one of its key is there already, also where two processes try at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

from workflows.store.tables import Base
from workflows.store.unit_of_work import UnitOfWork

Row = TypeVar("Row", bound=Base)


async def insert_new(work: UnitOfWork, table: type[Row], values: Mapping[str, Any]) -> Row | None:
    """Insert a row and return it; None, and nothing done, where a unique key of it is taken.

    On PostgreSQL this waits for whoever is inserting the same key, and then knows.
    """
    insert = (postgresql.insert if work.shared else sqlite.insert)(table)
    new = insert.values(**values).on_conflict_do_nothing().returning(table)
    return (await work.session.scalars(new)).first()
