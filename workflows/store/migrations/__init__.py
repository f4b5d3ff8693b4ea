"""How the tables came to be, step by step (Alembic), and the way to the newest of them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workflows.store.unit_of_work import Database

FOLDER = Path(__file__).parent


async def upgrade(database: Database) -> str:
    """Bring the tables up to the newest revision, in one transaction; return it. Running it again changes nothing.

    Raises `alembic.util.CommandError` where the database was made by a newer version than this.
    """
    async with database.engine.connect() as connection:
        writer = await connection.execution_options(layanan_write=True)
        revision = await writer.run_sync(_upgrade)
        await writer.commit()
    return revision


def _upgrade(connection: Connection) -> str:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    if MigrationContext.configure(connection).get_current_revision() != newest:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest
