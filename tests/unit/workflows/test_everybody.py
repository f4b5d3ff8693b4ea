"""What is asked of everybody by the clock is one question, however many people there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from tests.unit.workflows.conftest import Desk
from workflows.people import members
from workflows.store import people
from workflows.store.tables import Person


async def test_everybody_with_their_offices_is_one_question(desk: Desk) -> None:
    async with desk.database.write() as work:
        for place in range(30):
            work.add(Person(telegram_id=90_000 + place, name="Warga", phone=f"+62{place}", created_at=work.now))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(desk.database.engine.sync_engine, "before_cursor_execute", note)
    async with desk.database.read() as work:
        everybody = await members.everybody(work)
        assert sum(statement.startswith("SELECT") for statement in asked) == 1
        one_by_one = [await members.member(work, person) for person in await people.everybody(work)]
    offices = {
        member.person.id: {(one.role, one.opd_id, one.outranked) for one in member.mandates} for member in everybody
    }
    assert offices == {
        member.person.id: {(one.role, one.opd_id, one.outranked) for one in member.mandates} for member in one_by_one
    }
    assert sum(not held for held in offices.values()) == 30
