"""What only reads changes nothing, and says so at once where it tries: it would be lost without a word."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from tests.unit.workflows.conftest import Desk
from workflows.store import outbox


async def test_a_read_that_writes_is_refused_and_hinders_no_writer_after_it(desk: Desk) -> None:
    for _ in range(3):  # the connection is used again, for either
        with pytest.raises(DBAPIError):
            async with desk.database.read() as work:
                await outbox.put(work, 1, "notice")
        async with desk.database.write() as work:
            await outbox.put(work, 1, "notice")
    async with desk.database.read() as work:
        assert len(await outbox.open_in(work, 1, "notice")) == 3
