"""The record shows every change made behind its back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.unit.workflows.conftest import Desk
from workflows.record.audit import Verdict, audit
from workflows.store import ledger as store_ledger


async def write_three(desk: Desk) -> None:
    async with desk.database.write() as work:
        for place in range(3):
            await store_ledger.append(work, "test", person_id=1, case_id=None, data={"place": place})


async def check(desk: Desk) -> Verdict:
    async with desk.database.read() as work:
        return await audit(store_ledger.lines(work))


async def test_an_untouched_record_holds(desk: Desk) -> None:
    await write_three(desk)
    found = await check(desk)
    assert (found.lines, found.faults) == (3, ())


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
    async with desk.database.engine.begin() as connection:
        await connection.execute(text(change))  # the migrations' triggers forbid it; a thief with the file can do it
    assert (await check(desk)).faults[0].sequence == 2
