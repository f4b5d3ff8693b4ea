"""Reports that come by themselves: on the first working day, to those who read them, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from tests.unit.workflows.test_waiting_signatures import leave_telegram
from workflows.people import members
from workflows.reports.monthly import send_what_is_over
from workflows.store.tables import OutboxMessage
from workflows.words import WITA

UMUM, KEPALA, KABID, SUB = 1003, 1004, 1005, 1006
Reached = list[tuple[int, list[tuple[str, bool]]]]  # chats, and for whom each is to print it


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


async def deputise(desk: Desk, who: str, *, role: str, acting: str) -> None:
    async with desk.database.write() as work:
        await members.grant(
            work, desk.ids[who], role=role, acting=acting, starts=dt.date(2026, 11, 24), ends=dt.date(2026, 12, 31)
        )


async def leave_office(desk: Desk, who: str) -> None:
    async with desk.database.write() as work:
        (held,) = (await desk.member(work, who)).mandates
        await members.end_mandate(work, None, held.id)


async def reached(desk: Desk) -> Reached:
    """Return whom the report of November reaches, each once; the picture and the page go the same way."""
    await ask(desk)
    desk.clock.now = dt.datetime(2026, 12, 1, 10, tzinfo=WITA)
    await send_what_is_over(desk.office, desk.database)
    query = select(OutboxMessage.chat_id, OutboxMessage.params).where(OutboxMessage.kind == "office_file")
    async with desk.database.read() as work:
        rows = list(await work.session.execute(query.order_by(OutboxMessage.id)))
    found = [(chat, [(one["name"], one["vacant"]) for one in params.get("print_for", [])]) for chat, params in rows]
    half = len(found) // 2
    assert found[:half] == found[half:]
    return found[:half]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        (["kepala_dkisp"], [(UMUM, [("Kepala Dkisp", False)]), (KABID, [])]),
        (["kabid"], [(UMUM, [("Kabid", False)]), (KEPALA, [])]),
        (["kepala_dkisp", "kabid"], [(UMUM, [("Kepala Dkisp", False), ("Kabid", False)])]),
        (["kepala_dkisp", "kabid", "bagian_umum"], []),
    ],
)
async def test_a_reader_who_is_not_on_telegram_is_printed_for(
    desk: Desk, without: Iterable[str], expected: Reached
) -> None:
    for who in without:
        await leave_telegram(desk, who)
    assert await reached(desk) == expected


async def test_an_office_that_nobody_holds_is_printed_for(desk: Desk) -> None:
    await leave_office(desk, "kepala_dkisp")
    assert await reached(desk) == [(UMUM, [("Kepala DKISP", True)]), (KABID, [])]


async def test_the_plt_of_an_office_that_nobody_holds_reads_and_nobody_prints(desk: Desk) -> None:
    await leave_office(desk, "kepala_dkisp")
    await deputise(desk, "sub_koordinator", role="kepala_dkisp", acting="plt")
    assert await reached(desk) == [(KABID, []), (SUB, [])]


async def test_the_plh_of_a_head_on_paper_reads_while_the_head_is_absent(desk: Desk) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    await deputise(desk, "sub_koordinator", role="kepala_dkisp", acting="plh")
    assert await reached(desk) == [(KABID, []), (SUB, [])]


async def test_who_prints_and_reads_gets_it_once(desk: Desk) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    await deputise(desk, "bagian_umum", role="kabid", acting="plh")
    assert await reached(desk) == [(UMUM, [("Kepala Dkisp", False)])]
