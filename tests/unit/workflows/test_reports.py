"""A report's figures, counted over cases that really went through the office."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import update

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import AGENDA, ask, bring_to_decision, push
from workflows.clock.reminders import send_reminders
from workflows.engine.description import Status
from workflows.letters import render, spreadsheet
from workflows.reports import picture
from workflows.reports.figures import Ikm, Period, Report
from workflows.reports.gather import report
from workflows.reports.listing import listing
from workflows.store.tables import Case

NOVEMBER = Period(2026, 11)
REASONS = {"alasan": ["Kapasitas server tidak mencukupi"]}


async def november(desk: Desk, period: Period = NOVEMBER) -> Report:
    await send_reminders(desk.office, desk.database)
    async with desk.database.read() as work:
        return await report(work, desk.office.sops["hosting", 1], period)


async def answered(desk: Desk, case: Case, *people: dict[str, str]) -> None:
    """Let a case be closed, with what people said of it."""
    survey = {str(place): {"action": "isi_survei", "answers": said} for place, said in enumerate(people)}
    values = {"status": "closed", "closed_at": desk.clock.now, "facts": {**case.facts, "survey": survey}}
    async with desk.database.write() as work:
        await work.session.execute(update(Case).where(Case.id == case.id).values(**values))


async def test_cases_and_steps_are_counted_with_their_times(desk: Desk) -> None:
    refused = await bring_to_decision(desk, await ask(desk, subdomain="b"))
    await push(desk, refused, "kepala_dkisp", "tolak", REASONS)
    slow = await ask(desk, subdomain="a")
    desk.clock.pass_time(days=1)  # Wednesday: one working day and not late
    await push(desk, slow, "bagian_umum", "agendakan", AGENDA)
    desk.clock.pass_time(hours=2)
    await push(desk, slow, "bagian_umum", "teruskan")
    await ask(desk, subdomain="c")

    found = await november(desk)

    assert (found.opened, found.ended(Status.REFUSED), found.ended(Status.CLOSED), found.running) == (3, 1, 0, 2)
    agenda = next(one for one in found.steps if one.step.id == "agenda")
    assert (agenda.sums.count, agenda.sums.late, agenda.sums.within_norm, agenda.standing) == (2, 1, 1, 1)
    assert agenda.mean == dt.timedelta(hours=9.5) / 2  # a day and two hours, and no time at all
    assert found.bottleneck is agenda
    assert found.rooms[0].server.name == "web-1"


async def test_a_case_counts_in_the_month_of_tarakan_in_which_it_began(desk: Desk) -> None:
    desk.clock.now = dt.datetime(2026, 10, 31, 15, 59, tzinfo=dt.UTC)  # 23:59 WITA
    await ask(desk, subdomain="a")
    desk.clock.now = dt.datetime(2026, 10, 31, 16, 0, tzinfo=dt.UTC)  # the first of November
    await ask(desk, subdomain="b")
    year = await november(desk, Period(2026))
    assert {month.month: month.opened for month in year.months if month.opened} == {10: 1, 11: 1}
    assert (await november(desk)).opened == 1
    assert (await november(desk, Period(2027))).opened == 0


async def test_the_index_is_the_mean_of_nine_times_twenty_five(desk: Desk) -> None:
    assert (await november(desk)).ikm is None
    best = {f"u{number}": "4" for number in range(1, 10)}
    await answered(desk, await ask(desk, subdomain="a"), best, {**best, "u1": "2"})
    await answered(desk, await ask(desk, subdomain="b"), {**best, "u3": "1"})
    await answered(desk, await ask(desk, subdomain="c"))
    ikm = (await november(desk)).ikm
    assert ikm is not None
    assert ikm.respondents == 3
    assert ikm.means == pytest.approx([10 / 3, 4, 3, 4, 4, 4, 4, 4, 4])
    assert (ikm.value, ikm.grade) == (95.37, "A")


@pytest.mark.parametrize(
    ("mean", "grade"),
    [(4, "A"), (3.5324, "A"), (3.53, "B"), (3.07, "B"), (3.06, "C"), (2.6, "C"), (2.59, "D"), (1, "D")],
)
def test_grades_are_those_of_the_regulation(mean: float, grade: str) -> None:
    assert Ikm(respondents=1, means=(mean,) * 9).grade == grade


async def test_the_report_is_printed_calculated_and_drawn(desk: Desk) -> None:
    refused = await bring_to_decision(desk, await ask(desk, subdomain="a"))
    desk.clock.pass_time(days=2)
    await push(desk, refused, "kepala_dkisp", "tolak", REASONS)
    found = await november(desk)
    async with desk.database.read() as work:
        page = await listing(desk.office, work, found)
    pdf = PdfReader(io.BytesIO(render.render(page)))
    assert len(pdf.pages) == 1  # the signature stands below what is signed
    words = " ".join(text(pdf).split())
    assert "Bulan November 2026" in words
    assert "Ditolak 1" in words
    assert "selesai 1 kali: 0 dalam waktu baku 30 menit, 1 lewat batas 1 hari; berjalan 0" in words
    assert "Belum ada responden" in words
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet.spreadsheet(page))).active
    results = {row[1]: row[2] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert results["Ditolak"] == 1  # a number, to calculate with
    assert results["web-1"].startswith(("disk 1,5 GB dari", "disk 0 byte dari"))
    assert picture.data_of(found)["bottleneck"] == "Langkah terlama: 5 Keputusan, rata-rata 200% dari batasnya"
    assert picture.draw(picture.data_of(found)).startswith(b"\x89PNG")


def text(pdf: Any) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)
