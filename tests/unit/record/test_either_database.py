"""A backup of either database comes back into either: SQLite and PostgreSQL, in all four directions."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from sqlalchemy import select, text

from bot import bootstrap, settings
from tests.unit.record.conftest import Layanan, approve_one, open_office
from tests.unit.record.machine import Machine
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from tests.unit.workflows.test_ledger import let_be_changed
from workflows.store import ledger
from workflows.store.search import CaseQuery, search
from workflows.store.tables import Base, InboxUpdate
from workflows.store.transfer import CHUNK
from workflows.store.unit_of_work import Database

Rows = dict[str, Sequence[Any]]
ODD = {"text": "é\u0000\u2028'\"\\", "number": 1e-7, "large": 2**60, "nothing": None, "list": [[], {}, True]}
SAID_SINCE = ("ledger", "outbox")  # what a restoring adds to: its line, its notice, the doubt about open messages


def use(url: str, environment: pytest.MonkeyPatch) -> None:
    """Let DATABASE_URL name a PostgreSQL database; SQLite needs none."""
    if url.startswith("postgresql"):
        environment.setenv("DATABASE_URL", url)
    else:
        environment.delenv("DATABASE_URL", raising=False)


@pytest.fixture
async def kept(folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """An office at work on either database, with more rows than are copied at once."""
    use(database_url, monkeypatch)
    async with open_office() as office:
        await approve_one(office)
        async with office.database.write() as work:
            for number in range(2 * CHUNK + 1):
                payload = {"update_id": number, **ODD}
                work.add(InboxUpdate(update_id=number, chat_id=-(2**40), payload=payload, received_at=work.now))
        yield office


async def rows_of(database: Database) -> Rows:
    async with database.read() as work:
        return {
            table.name: (await work.session.execute(select(table).order_by(*table.primary_key))).all()
            for table in Base.metadata.sorted_tables
        }


@dataclasses.dataclass(frozen=True)
class Move:
    """An office's way from its database to another, by the commands."""

    layanan: Layanan
    machine: Machine
    identity: Path
    environment: pytest.MonkeyPatch

    async def to(self, target: str) -> tuple[int, str]:
        """Back up, the first time, and restore; return the exit code and all that was said."""
        file = self.machine.data.parent.with_name("office.age")
        if not file.exists():
            told = await asyncio.to_thread(self.layanan, "backup", "--to", file)
            assert told.exit_code == 0, told.output
        use(target, self.environment)
        return await asyncio.to_thread(self.machine.restore, file, self.identity)

    def settle(self) -> None:
        """Take the settings that were restored, and no others."""
        self.environment.delenv("DATABASE_URL", raising=False)
        for name, value in dotenv_values(self.machine.environment).items():
            self.environment.setenv(name, value or "")


@pytest.fixture
def move(layanan: Layanan, machine: Machine, identity: Path, monkeypatch: pytest.MonkeyPatch) -> Move:
    return Move(layanan, machine, identity, monkeypatch)


async def test_everything_arrives_and_the_office_goes_on(kept: Desk, move: Move, empty_database_url: str) -> None:
    before = await rows_of(kept.database)
    code, told = await move.to(empty_database_url)
    assert code == 0, told
    assert "The ledger is as it was written." in told
    move.settle()
    assert (move.machine.data / "layanan.db").exists() == empty_database_url.startswith("sqlite")
    found = settings.load()
    async with bootstrap.open_as_it_is(found) as database:
        after = await rows_of(database)
    assert {name: rows for name, rows in after.items() if name not in SAID_SINCE} == {
        name: rows for name, rows in before.items() if name not in SAID_SINCE
    }
    assert after["ledger"][:-1] == before["ledger"]
    assert len(after["outbox"]) == len(before["outbox"]) + 1  # the administrator is told
    assert (await asyncio.to_thread(move.layanan, "verify-ledger", "--files")).exit_code == 0
    assert (await asyncio.to_thread(move.layanan, "rotate-keys")).exit_code == 0  # every seal opens
    async with bootstrap.open_database(found) as database:
        office = bootstrap.make_office(found, bootstrap.load_sops(), kept.office.fleet, "layanan_bot")
        case = await ask(Desk(office, database, kept.clock, kept.ids), subdomain="e-baru", perihal="Sesudah pulih")
        assert (case.id, case.number[-5:]) == (2, "-0002")
        async with database.read() as work:
            assert await search(work, CaseQuery(words="arsip"), limit=9) == [1]
            assert await search(work, CaseQuery(words="sesudah"), limit=9) == [2]


async def test_what_was_made_ambiguous_in_the_ledger_is_so_in_the_copy_and_told(
    kept: Desk, move: Move, empty_database_url: str
) -> None:
    """A name that stands twice reads as the true one for some readers, and as the forged one for others."""
    await let_be_changed(kept.database)
    async with kept.database.write() as work:
        raw = await work.session.scalar(text("SELECT CAST(data AS TEXT) FROM ledger WHERE sequence = 4"))
        forged = '{"revision": 99, ' + json.dumps(json.loads(str(raw)))[1:]
        as_text = f"'{forged}'".replace(":", r"\:")
        await work.session.execute(text(f"UPDATE ledger SET data = {as_text} WHERE sequence = 4"))
    code, told = await move.to(empty_database_url)
    assert code == 0, told
    assert "Line 4 of the ledger: its content was changed." in told


async def test_it_is_one_instant_of_an_office_that_goes_on_working(kept: Desk, move: Move) -> None:
    """People press while it is made; the copy has each press whole or not at all, and every paper's file."""
    pressed = 0

    async def work_on() -> None:
        nonlocal pressed
        while True:
            async with kept.database.write() as work:
                await kept.office.files.put(
                    work, str(pressed).encode(), name="x", media_type="text/plain", kind="x", case_id=1
                )
                await ledger.append(work, "pressed", data={"count": pressed})
            pressed += 1

    pressing = asyncio.create_task(work_on())
    await asyncio.sleep(0.2)
    before = pressed
    code, told = await move.to("sqlite")
    pressing.cancel()
    await asyncio.wait([pressing])
    assert code == 0, told
    assert pressed > before
    assert "The ledger is as it was written." in told
    assert "missing" not in told
    papers = move.machine.rows("SELECT count(*) FROM papers WHERE kind = 'x'")
    assert papers == move.machine.rows("SELECT count(*) FROM ledger WHERE action = 'pressed'")


async def test_only_an_empty_database_is_filled_and_an_attempt_that_was_cut_off_is_begun_anew(
    kept: Desk, move: Move, postgresql_url: str
) -> None:
    assert (await move.to(postgresql_url))[0] == 0
    shutil.rmtree(move.machine.data)  # cut off before the folder was put in its place
    assert (await move.to(postgresql_url))[0] == 0
    database = Database(postgresql_url)
    async with database.write() as work:
        await ledger.append(work, "somebody.works")
    shutil.rmtree(move.machine.data)
    move.machine.environment.unlink()
    before = await rows_of(database)
    code, told = await move.to(postgresql_url)
    assert (code, "DATABASE_URL: the database is not empty: make a new one" in told) == (1, True)
    assert (await rows_of(database), move.machine.left()) == (before, [])
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public CREATE TABLE of_another_program (id integer)"))
    assert (await move.to(postgresql_url))[0] == 1
    await database.close()


async def test_a_database_that_does_not_answer_is_told_without_its_password(kept: Desk, move: Move) -> None:
    url = "postgresql+psycopg://layanan:kata-sandi-rahasia@127.0.0.1:1/layanan"
    code, told = await move.to(url)
    assert (code, "DATABASE_URL cannot be opened" in told) == (2, True)
    assert "kata-sandi" not in told
    assert move.machine.left() == []
