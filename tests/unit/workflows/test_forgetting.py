"""Messages that were sent long ago go; what a case may still need stays."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.store import outbox, outbox_retention
from workflows.store.tables import Case, MessageState, OutboxMessage

QUARTER = dt.timedelta(days=90)


async def put(desk: Desk, key: str, state: MessageState, *, case_id: int | None = None) -> None:
    async with desk.database.write() as work:
        message = await outbox.put(work, 1, "notice", key=key, case_id=case_id)
        assert message is not None
        row = await outbox.by_id(work, message)
        row.state, row.sent_at = state, work.now if state == MessageState.SENT else None


async def kept(desk: Desk) -> set[str | None]:
    async with desk.database.write() as work:
        await outbox_retention.forget(work, work.now - QUARTER)
        return set(await work.session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == "notice")))


async def test_what_was_sent_goes_after_a_quarter_but_not_while_its_case_runs(desk: Desk) -> None:
    running, ended = await ask(desk), await ask(desk, subdomain="selesai")
    for key, state, case_id in (
        ("of nobody", MessageState.SENT, None),
        ("dropped", MessageState.DROPPED, None),
        ("held for somebody gone", MessageState.HELD, None),
        ("waiting", MessageState.PENDING, None),
        ("of one that runs", MessageState.SENT, running.id),
        ("of one that ended", MessageState.SENT, ended.id),
    ):
        await put(desk, key, state, case_id=case_id)
    everything = await kept(desk)
    assert len(everything) >= 5
    async with desk.database.write() as work:
        case = await work.session.get_one(Case, ended.id)
        case.status, case.closed_at = "done", work.now
    desk.clock.pass_time(days=91)
    gone = {"of nobody", "dropped", "held for somebody gone", "of one that ended"}
    assert await kept(desk) & (gone | {"waiting", "of one that runs"}) == {
        "waiting",
        "of one that runs",
    }
