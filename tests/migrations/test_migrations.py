from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from workflows.store import ledger, migrations
from workflows.store.tables import Base
from workflows.store.unit_of_work import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/layanan.db")
    yield database
    await database.close()


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_the_migrations_make_exactly_the_tables_that_the_code_expects(database: Database) -> None:
    await migrations.upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    first = await migrations.upgrade(database)
    async with database.write() as work:
        await ledger.append(work, "hello")
    assert await migrations.upgrade(database) == first
    async with database.read() as work:
        assert [line.action async for line, _ in ledger.lines(work)] == ["hello"]


@pytest.mark.parametrize("change", ["UPDATE ledger SET action = 'never happened'", "DELETE FROM ledger"])
async def test_the_database_refuses_to_change_the_ledger(database: Database, change: str) -> None:
    await migrations.upgrade(database)
    async with database.write() as work:
        await ledger.append(work, "hello")
    with pytest.raises(IntegrityError, match="append-only"):
        async with database.write() as work:
            await work.session.execute(text(change))
    async with database.read() as work:
        assert [line.action async for line, _ in ledger.lines(work)] == ["hello"]


def test_postgresql_gets_the_same_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://localhost/layanan")
    written = io.StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(migrations.FOLDER))
    command.upgrade(config, "head", sql=True)
    assert "BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger" in written.getvalue()
    assert "TIMESTAMP WITH TIME ZONE" in written.getvalue()
