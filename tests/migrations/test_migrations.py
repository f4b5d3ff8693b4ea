from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from workflows.store import ledger, migrations
from workflows.store.tables import Base
from workflows.store.unit_of_work import Database


@pytest.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"include_name": is_a_table_of_ours})
    return list(compare_metadata(context, Base.metadata))


def is_a_table_of_ours(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite keeps the index of words in tables of its own making."""
    return not (kind in {"table", "index"} and (name or "").startswith("case_words"))


async def test_the_migrations_make_exactly_the_tables_that_the_code_expects(database: Database) -> None:
    await migrations.upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("released", ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"])
async def test_from_every_released_state_the_way_leads_to_the_same_tables(database: Database, released: str) -> None:
    await migrate_to(database, released)
    await migrations.upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_two_processes_that_start_at_once_migrate_once(database: Database) -> None:
    other = Database(database.engine.url.render_as_string(hide_password=False))
    first, second = await asyncio.gather(migrations.upgrade(database), migrations.upgrade(other))
    await other.close()
    assert first == second


async def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    for attempt in range(40):
        processes = [Database(f"sqlite+aiosqlite:///{tmp_path}/{attempt}.db") for _ in range(4)]
        seen = await asyncio.gather(*(migrations.present_and_newest(process) for process in processes))
        assert {present for present, _newest in seen} == {None}
        for process in processes:
            await process.close()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    first = await migrations.upgrade(database)
    async with database.write() as work:
        await ledger.append(work, "hello")
    assert await migrations.upgrade(database) == first
    async with database.read() as work:
        assert [line.action async for line, _ in ledger.lines(work)] == ["hello"]


@pytest.mark.parametrize(
    "change", ["UPDATE ledger SET action = 'never happened'", "DELETE FROM ledger", "TRUNCATE ledger"]
)
async def test_the_database_refuses_to_change_the_ledger(database: Database, change: str) -> None:
    if change.startswith("TRUNCATE") and not database.shared:
        change = "DELETE FROM ledger"  # SQLite has no other word for it
    await migrations.upgrade(database)
    async with database.write() as work:
        await ledger.append(work, "hello")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as work:
            await work.session.execute(text(change))
    async with database.read() as work:
        assert [line.action async for line, _ in ledger.lines(work)] == ["hello"]


@pytest.mark.parametrize("which", ["sequence", "hash"])
async def test_sqlite_replaces_no_line_of_the_ledger(database: Database, which: str) -> None:
    if database.shared:
        return  # PostgreSQL knows no REPLACE, and refuses a second line of one number
    await migrations.upgrade(database)
    async with database.write() as work:
        await ledger.append(work, "hello")
    columns = ", ".join(column.name for column in Base.metadata.tables["ledger"].columns)
    values = columns.replace("action", "'never happened'")
    values = values.replace("hash", "'0'") if which == "sequence" else values.replace("sequence", "2")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as work:
            await work.session.execute(text(f"INSERT OR REPLACE INTO ledger ({columns}) SELECT {values} FROM ledger"))
    async with database.read() as work:
        assert [line.action async for line, _ in ledger.lines(work)] == ["hello"]


async def test_hostings_of_the_first_version_stay_with_their_jobs(database: Database) -> None:
    """Their table is built anew; what refers to it still does, and is still held to it."""
    await migrate_to(database, "0002")
    async with database.write() as work:
        for row in (
            "INSERT INTO opds (id, code, name, head_title, active) VALUES (1, 'DINKES', 'Dinkes', 'Kepala', true)",
            "INSERT INTO people (id, name, phone, created_at) VALUES (1, 'Siti', '+62', '2026-01-01')",
            (
                "INSERT INTO cases (id, number, sop_code, sop_version, opd_id, opened_by, subject, step, status,"
                " revision,"
                " facts, created_at, changed_at) VALUES (1, 'H-1', 'hosting', 1, 1, 1, '', 'x', 'open', 1, '{}',"
                " '2026-01-01', '2026-01-01')"
            ),
            (
                "INSERT INTO servers (id, name, host, port, host_key, zone, name_server, active, facts, created_at)"
                " VALUES (1, 'web-1', 'x', 22, 'k', 'z', 'n', true, '{}', '2026-01-01')"
            ),
            (
                "INSERT INTO hostings (id, case_id, opd_id, server_id, slug, domain, state, spec, wanted_revision,"
                " applied_revision, applied, created_at) VALUES (7, 1, 1, 1, 'e', 'e.x', 'wanted', '{}', 1, 1, '{}',"
                " '2026-01-01')"
            ),
            (
                "INSERT INTO jobs (id, hosting_id, wanted_revision, request_id, state, attempt, step, done, total,"
                " error,"
                " log, created_at) VALUES (1, 7, 1, 'r', 'done', 1, '', 0, 0, '{}', '[]', '2026-01-01')"
            ),
        ):
            await work.session.execute(text(row))
    await migrations.upgrade(database)
    async with database.read() as work:
        assert (await work.session.execute(text("SELECT id, case_id, slug FROM hostings"))).all() == [(7, 1, "e")]
    with pytest.raises(IntegrityError):
        async with database.write() as work:
            await work.session.execute(text("DELETE FROM hostings"))


async def test_addresses_that_the_servers_named_are_in_the_inventory_each_once(database: Database) -> None:
    await migrate_to(database, "0003")
    async with database.write() as work:
        for number, facts in (
            (1, '{"addresses_shared": ["192.0.2.10"], "addresses_dedicated": ["2001:db8::1"]}'),
            (2, '{"addresses_shared": ["192.0.2.10", "192.0.2.11"]}'),
            (3, "{}"),
        ):
            row = (
                "INSERT INTO servers (id, name, host, port, host_key, zone, name_server, active, facts, created_at)"
                f" VALUES ({number}, 'web-{number}', 'x', 22, 'k', 'z', 'n', true, :facts, '2026-01-01')"
            )
            await work.session.execute(text(row), {"facts": facts})
    await migrations.upgrade(database)
    async with database.read() as work:
        found = (await work.session.execute(text("SELECT server_id, address, kind FROM addresses ORDER BY id"))).all()
        shares = (await work.session.execute(text("SELECT DISTINCT disk_percent, memory_percent FROM servers"))).all()
    assert found == [(1, "192.0.2.10", "shared"), (1, "2001:db8::1", "dedicated"), (2, "192.0.2.11", "shared")]
    assert shares == [(90, 400)]


async def test_days_of_use_are_of_the_server_on_which_their_hosting_stood(database: Database) -> None:
    await migrate_to(database, "0030")
    async with database.write() as work:
        for row in (
            "INSERT INTO opds (id, code, name, head_title, active) VALUES (1, 'DINKES', 'Dinkes', 'Kepala', true)",
            (
                "INSERT INTO servers (id, name, host, port, host_key, zone, name_server, active, facts, created_at)"
                " VALUES (3, 'web-3', 'x', 22, 'k', 'z', 'n', true, '{}', '2026-01-01')"
            ),
            (
                "INSERT INTO hostings (id, opd_id, server_id, slug, domain, state, spec, wanted_revision,"
                " applied_revision, applied, created_at) VALUES (7, 1, 3, 'e', 'e.x', 'wanted', '{}', 1, 1, '{}',"
                " '2026-01-01')"
            ),
            (
                "INSERT INTO usage_samples (hosting_id, day, whole_month, requests, received_bytes, sent_bytes,"
                " client_errors, server_errors) VALUES (7, '2026-11-25', false, 5, 6, 7, 8, 9)"
            ),
        ):
            await work.session.execute(text(row))
    await migrations.upgrade(database)
    async with database.read() as work:
        found = await work.session.execute(text("SELECT hosting_id, server_id, requests FROM usage_samples"))
        assert found.all() == [(7, 3, 5)]
    await migrate_down_to(database, "0030")
    await migrations.upgrade(database)
    async with database.read() as work:
        assert (await work.session.execute(text("SELECT sent_bytes FROM usage_samples"))).all() == [(7,)]


async def migrate_down_to(database: Database, revision: str) -> None:
    def migrate(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations.FOLDER))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    async with database.engine.connect() as connection, migrations._free_to_rebuild(connection):
        await connection.run_sync(migrate)
        await connection.commit()


async def migrate_to(database: Database, revision: str) -> None:
    def migrate(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations.FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
