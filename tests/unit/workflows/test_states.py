"""States are of a closed set: a word that is none of them never reaches the database."""

from __future__ import annotations

import pytest
from sqlalchemy import String, select, type_coerce, update
from sqlalchemy.exc import StatementError

from tests.unit.workflows.conftest import Desk
from workflows.store import outbox
from workflows.store.tables import MessageState, OutboxMessage


async def test_a_state_comes_back_as_itself_and_lies_there_as_its_word(desk: Desk) -> None:
    async with desk.database.write() as work:
        await outbox.put(work, 1, "notice", {})
    async with desk.database.read() as work:
        row = (await outbox.open_in(work, 1, "notice"))[0]
        assert row.state is MessageState.PENDING
        assert await work.session.scalar(select(type_coerce(OutboxMessage.state, String))) == "pending"


async def test_a_word_that_is_no_state_is_refused_when_it_is_written_and_when_it_is_asked_for(desk: Desk) -> None:
    async with desk.database.read() as work:
        with pytest.raises(StatementError, match="pendign"):
            await work.session.scalars(select(OutboxMessage).where(OutboxMessage.state == "pendign"))
    with pytest.raises(StatementError, match="snet"):
        async with desk.database.write() as work:
            await work.session.execute(update(OutboxMessage).values(state="snet"))
