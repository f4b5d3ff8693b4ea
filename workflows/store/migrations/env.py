"""Alembic's entry: on the connection `upgrade` gives, or (from the command line) on DATABASE_URL, or as SQL text."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from workflows.store.tables import Base
from workflows.store.tables.base import UtcDateTime
from workflows.store.unit_of_work import Database

DEFAULT_URL = "sqlite+aiosqlite:///data/layanan.db"


def render_item(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our own column type as what the database has, so that old migrations do not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    """Run the migrations on a connection whose transaction the caller commits."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_by_url(url: str) -> None:
    """Open the database, migrate, close."""
    database = Database(url)
    async with database.engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await database.close()


url = os.environ.get("DATABASE_URL", DEFAULT_URL)
given = context.config.attributes.get("connection")
if context.is_offline_mode():
    context.configure(dialect_name=make_url(url).get_backend_name(), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif given is not None:
    migrate(given)
else:
    asyncio.run(migrate_by_url(url))
