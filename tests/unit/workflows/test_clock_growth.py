"""What is asked each minute and each month reads no table from end to end, however many cases there are.

SQLite is asked, which plans without knowing how much there is; PostgreSQL counts, and plans by it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from workflows.reports.figures import QUESTIONS, Period
from workflows.store import clocks, migrations, reports
from workflows.store.unit_of_work import Database, UnitOfWork

EDGES = Period(2026, 11).edges()
Look = Callable[[UnitOfWork], Awaitable[Any]]
LOOKS: dict[str, Look] = {
    "clocks to wind": lambda work: clocks.unwound(work, 1),
    "stays to measure": lambda work: clocks.unmeasured(work, 1),
    "reminders due": lambda work: clocks.due(work, 1),
    "what waited this morning": lambda work: clocks.waiting_since(work, work.now),
    "cases that began": lambda work: reports.opened(work, "hosting", EDGES),
    "cases that ended": lambda work: reports.ended(work, "hosting", EDGES),
    "cases under way": lambda work: reports.standing(work, "hosting"),
    "steps of a month": lambda work: reports.stays(work, "hosting", EDGES),
    "answers of a month": lambda work: reports.answers(work, "hosting", EDGES, fact="survey", questions=QUESTIONS),
}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/layanan.db")
    await migrations.upgrade(database)
    yield database
    await database.close()


@pytest.mark.parametrize("look", LOOKS)
async def test_it_is_found_by_an_index_that_bounds_it(database: Database, look: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        asked.append((call[2], call[3]))

    async with database.read() as work:
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        await LOOKS[look](work)
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        connection = await work.session.connection()
        plans = [
            [str(list(row)[3]) for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", parameters)]
            for query, parameters in asked
            if query.startswith("SELECT")
        ]
    assert plans
    for plan in plans:
        found = next(line for line in plan if "cases" in line or "case_steps" in line)  # where the database begins
        assert found.startswith("SEARCH"), plan
        assert not found.endswith("(sop_code=?)"), plan  # all cases that the SOP ever had
