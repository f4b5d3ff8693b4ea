"""What is held for people who blocked the bot is found without reading all that was ever sent."""

from __future__ import annotations

from sqlalchemy import event, text

from tests.unit.workflows.conftest import Desk
from workflows.store import health, outbox
from workflows.store.tables import MessageState


async def test_what_is_held_is_counted_and_released_by_its_index(desk: Desk) -> None:
    asked: list[tuple[str, object]] = []
    event.listen(
        desk.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _1, _2, statement, values, *_: asked.append((statement, values)),
    )
    async with desk.database.write() as work:
        for number in range(3):
            message = await outbox.put(work, 7, "notice", {"text": str(number)})
            assert message is not None
            (await outbox.by_id(work, message)).state = MessageState.HELD
        await work.flush()
        asked.clear()
        assert (await health.backlog(work)).held == 3
        await outbox.release(work, 7, since=work.now)
        await work.flush()
        assert (await health.backlog(work)).held == 0
    assert sum("state = 'held'" in statement for statement, _ in asked) == 3
    if desk.database.shared:
        return  # PostgreSQL reads so small a table whole; the condition is written out there as well
    async with desk.database.read() as work:
        plan = await work.session.execute(text("EXPLAIN QUERY PLAN SELECT count(*) FROM outbox WHERE state = 'held'"))
        assert "ix_outbox_held" in str(plan.all())
