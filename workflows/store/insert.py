"""Putting a row in unless one of its key is there already, also where two processes try at one instant."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from workflows.store.tables import Base
from workflows.store.unit_of_work import UnitOfWork


async def insert_new(work: UnitOfWork, table: type[Base], values: Mapping[str, Any]) -> Any:
    """Insert a row and return its primary key; None, and nothing done, where a unique key of it is taken.

    On PostgreSQL this waits for whoever is inserting the same key, and then knows.
    """
    return await work.session.scalar(_statement(table.metadata.tables[table.__tablename__], work.shared), values)


@functools.cache
def _statement(table: Table, shared: bool) -> Executable:
    insert = (postgresql.insert if shared else sqlite.insert)(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key.columns)
