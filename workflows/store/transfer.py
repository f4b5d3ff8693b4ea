"""Every row of one database into another that has none, whichever kind each is: of one instant, in one transaction.

JSON is copied as the text it is: read and written anew, what somebody made ambiguous in the ledger would look whole.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Insert, Select, Table, Text, bindparam, cast, exists, func, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from workflows.store import migrations
from workflows.store.tables import Base
from workflows.store.unit_of_work import Database, UnitOfWork

CHUNK = 1000  # rows in memory at a time


class TransferError(Exception):
    """Nothing was copied; the message is a sentence without its full stop."""


async def transfer(source: UnitOfWork, target: UnitOfWork) -> None:
    """Copy all rows, what is referred to before what refers to it. Both have the newest tables.

    Search indexes follow by triggers of the target. Raises `TransferError` where the target cannot hold a row: SQLite
    keeps what its file was told, PostgreSQL minds lengths and kinds.
    """
    for table in Base.metadata.sorted_tables:
        try:
            await _copy(table, await source.session.connection(), await target.session.connection())
            if target.shared:
                await _count_on(table, target)
        except (StatementError, ValueError) as error:
            raise TransferError(f"a row of {table.name} cannot be copied: {_why(error)}") from error


async def make_room(database: Database) -> None:
    """Make the tables where there are none. Raises `TransferError` for a database that anything is in.

    Raises `DatabaseUnreachableError` too.
    """
    present, newest = await migrations.present_and_newest(database)
    async with database.read() as work:
        connection = await work.session.connection()
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if tables and (present != newest or await _has_rows(work)):
            raise TransferError("the database is not empty: make a new one")
    try:
        await migrations.upgrade(database)
    except SQLAlchemyError as error:
        raise TransferError(f"its tables cannot be made: {_why(error)}") from error


def _why(error: Exception) -> str:
    """Return the database's own words, without the statement and what was in it."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


async def _has_rows(work: UnitOfWork) -> bool:
    anything = [exists(select(1).select_from(table)) for table in Base.metadata.sorted_tables]
    return any((await work.session.execute(select(*anything))).one())


async def _copy(table: Table, source: AsyncConnection, target: AsyncConnection) -> None:
    statement = _insert(table, target.dialect.name)
    found = await source.stream(_select(table), execution_options={"yield_per": CHUNK})
    async for rows in found.mappings().partitions():
        await target.execute(statement, [dict(row) for row in rows])


def _select(table: Table) -> Select[*tuple[Any, ...]]:
    columns = [cast(one, Text) if _is_json(one) else one for one in table.columns]
    named = [column.label(_place(one)) for column, one in zip(columns, table.columns, strict=True)]
    return select(*named).order_by(*table.primary_key.columns)


def _insert(table: Table, dialect: str) -> Insert:
    return insert(table).values({one.name: _value(one, dialect) for one in table.columns})


def _value(column: Column[Any], dialect: str) -> Any:
    if not _is_json(column):
        return bindparam(_place(column), type_=column.type)
    text = bindparam(_place(column), type_=Text())
    return text if dialect == "sqlite" else cast(text, JSON)  # SQLite's JSON is text, and a cast to it makes a number


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON)


def _place(column: Column[Any]) -> str:
    return f"{column.name}_"  # SQLAlchemy keeps a column's own name for itself


async def _count_on(table: Table, target: UnitOfWork) -> None:
    """Let PostgreSQL give ids on from the highest there is."""
    column = table.autoincrement_column
    if column is not None:
        highest = func.max(column)
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        go_on = func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))
        await target.session.execute(select(go_on))
