"""The record shows every change made behind its back."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from tests.unit.workflows.conftest import Desk
from workflows.record.audit import AuditResult, audit
from workflows.store import ledger, registers
from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import Database


async def write_three(desk: Desk) -> None:
    async with desk.database.write() as work:
        for place in range(3):
            await ledger.append(work, "test", person_id=1, case_id=None, data={"place": place})


def guards_of_the_ledger(url: str) -> tuple[str, ...]:
    """Return the triggers that keep the ledger as it is, as a DROP TRIGGER names them."""
    sqlite = ("ledger_no_update", "ledger_no_delete", "ledger_no_replace")
    return sqlite if url.startswith("sqlite") else ("ledger_append_only ON ledger",)


async def let_be_changed(database: Database) -> None:
    """Take away what keeps the ledger as it is, as an administrator of the machine could."""
    async with database.engine.begin() as connection:
        for guard in guards_of_the_ledger(database.url):
            await connection.execute(text(f"DROP TRIGGER {guard}"))


async def check(desk: Desk) -> AuditResult:
    async with desk.database.read() as work:
        return await audit(ledger.lines(work))


async def test_an_untouched_record_holds(desk: Desk) -> None:
    await write_three(desk)
    found = await check(desk)
    assert (found.lines, found.faults) == (3, ())


async def test_many_processes_write_one_chain_and_one_register_without_gap(desk: Desk) -> None:
    async def office(number: int) -> None:
        database = Database(desk.database.url)
        for place in range(5):
            async with database.write() as work:
                line = registers.RegisterLine(subject=f"{number}/{place}")
                await registers.take(work, "surat_keluar", 2026, str, line)
                await ledger.append(work, "test", data={"office": number, "place": place})
        await database.close()

    await asyncio.gather(*(office(number) for number in range(8)))
    found = await check(desk)
    assert (found.lines, found.faults) == (40, ())
    async with desk.database.read() as work:
        taken = [entry.sequence for entry in await work.session.scalars(select(RegisterEntry))]
    assert sorted(taken) == list(range(1, 41))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET person_id = 2 WHERE sequence = 2",
        "UPDATE ledger SET data = '{\"place\": 9}' WHERE sequence = 2",
        "UPDATE ledger SET at = '2020-01-01 00:00:00' WHERE sequence = 2",
        "DELETE FROM ledger WHERE sequence = 2",
        "UPDATE ledger SET sequence = CASE sequence WHEN 2 THEN 30 ELSE sequence END",
    ],
)
async def test_a_changed_line_is_found(desk: Desk, change: str) -> None:
    await write_three(desk)
    await let_be_changed(desk.database)
    async with desk.database.engine.begin() as connection:
        await connection.execute(text(change))
    assert (await check(desk)).faults[0].sequence == 2
