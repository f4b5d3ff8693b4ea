"""Reports that come by themselves: on the first working day, to those who read them, once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.reports.monthly import send_what_is_over
from workflows.store.tables import OutboxMessage
from workflows.words import WITA

KEPALA, KABID = 1004, 1005


async def sent(desk: Desk, moment: str) -> list[tuple[int, str]]:
    """Return what has been sent (chat, file) once it was looked at a moment of WITA, twice."""
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    for _ in range(2):
        await send_what_is_over(desk.office, desk.database)
    query = select(OutboxMessage.chat_id, OutboxMessage.params).where(OutboxMessage.kind == "office_file")
    async with desk.database.read() as work:
        rows = await work.session.execute(query.order_by(OutboxMessage.id))
        return [(chat, params["name"]) for chat, params in rows]


async def test_the_month_that_is_over_is_reported_on_the_first_working_day_and_once(desk: Desk) -> None:
    await ask(desk)
    november = "Laporan-Kinerja-Layanan-Hosting-Bulan-November-2026"
    first = [(chat, f"{november}.{kind}") for kind in ("png", "pdf") for chat in (KEPALA, KABID)]
    assert await sent(desk, "2026-12-01T07:29") == []
    assert await sent(desk, "2026-12-01T07:31") == first
    assert await sent(desk, "2026-12-15T10:00") == first
    after_new_year = await sent(desk, "2027-01-04T08:00")  # a Monday; in December nothing happened
    assert [name for _, name in after_new_year[len(first) :: 2]] == [
        "Laporan-Kinerja-Layanan-Hosting-Tahun-2026.png",
        "Laporan-Kinerja-Layanan-Hosting-Tahun-2026.pdf",
    ]


async def test_a_month_in_which_nothing_happened_has_no_report(desk: Desk) -> None:
    await ask(desk)
    assert await sent(desk, "2026-11-24T11:00") == []  # of October nothing is to be said, though a case is under way
