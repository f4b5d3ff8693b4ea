"""The agenda books: every number is there once, void ones too, and the next follows the highest."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import openpyxl
import pypdf
import pytest

from tests.unit.workflows.conftest import Desk
from workflows.agenda import entries, printing
from workflows.agenda.book_view import BookPart
from workflows.agenda.books import BOOKS, INCOMING, OUTGOING, VOID, form, outside_form
from workflows.engine.validate_forms import form_faults
from workflows.letters.daftar import Daftar
from workflows.letters.render import render
from workflows.letters.spreadsheet import spreadsheet
from workflows.record.audit import audit
from workflows.refusal import Refused
from workflows.store import ledger
from workflows.store.tables import RegisterEntry

LETTER = {
    "tanggal_diterima": "2026-11-23",
    "asal": "Sekretariat Daerah",
    "nomor_surat": "800/12/SETDA",
    "tanggal_surat": "2026-11-20",
    "perihal": "Undangan rapat",
}
REPLY = {"tujuan": "Kepala Dinas Kesehatan", "perihal": "Penyampaian laporan", "klasifikasi": "500.12.1"}


async def enter(desk: Desk, book: str, who: str = "bagian_umum", **answers: Any) -> RegisterEntry:
    async with desk.database.write() as work:
        member = await desk.member(work, who)
        given = {**(LETTER if book == INCOMING else REPLY), **answers}
        if "urut" in given:
            return await entries.enter_outside(desk.office, work, member, book, given)
        return await entries.enter(desk.office, work, member, book, given)


async def strike(desk: Desk, entry_id: int, who: str = "bagian_umum") -> None:
    async with desk.database.write() as work:
        await entries.void(work, await desk.member(work, who), entry_id, "Surat ganda")


async def book(desk: Desk, name: str, month: int = 0) -> Daftar:
    async with desk.database.read() as work:
        member = await desk.member(work, "bagian_umum")
        return await printing.listing(desk.office, work, member, BookPart(name, 2026, month))


async def test_letters_of_no_case_take_the_books_next_number(desk: Desk) -> None:
    assert [(await enter(desk, INCOMING)).number for _ in range(2)] == ["1", "2"]
    assert (await enter(desk, OUTGOING)).number == "500.12.1/1/DKISP/XI/2026"


async def test_a_number_taken_by_hand_is_followed_by_the_next(desk: Desk) -> None:
    await enter(desk, OUTGOING)
    by_hand = await enter(desk, OUTGOING, urut=46, tanggal="2026-11-20")
    assert by_hand.number == "500.12.3/46/DKISP/XI/2026"
    assert (await enter(desk, OUTGOING)).sequence == 47
    late = await enter(desk, OUTGOING, urut=12, nomor="005/12/DKISP/2026", tanggal="2026-03-02")
    assert (late.number, late.sequence) == ("005/12/DKISP/2026", 12)
    assert (await enter(desk, OUTGOING)).sequence == 48
    with pytest.raises(Refused, match="number_taken"):
        await enter(desk, OUTGOING, urut=46, tanggal="2026-11-20")
    rows = [row.cells[0] for row in (await book(desk, OUTGOING)).rows]
    assert rows == ["1", "2–11", "12", "13–45", "46", "47", "48"]


async def test_a_month_shows_what_was_taken_on_paper_between_its_own_numbers_only(desk: Desk) -> None:
    await enter(desk, INCOMING, urut=5, tanggal_diterima="2026-10-30")
    await enter(desk, INCOMING)
    assert [row.cells[0] for row in (await book(desk, INCOMING, month=11)).rows] == ["6"]
    assert [row.cells[0] for row in (await book(desk, INCOMING, month=10)).rows] == ["1–4", "5"]


async def test_numbers_begin_anew_each_year_of_tarakan(desk: Desk) -> None:
    await enter(desk, INCOMING)
    desk.clock.now = dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)  # half past midnight in Tarakan
    entry = await enter(desk, INCOMING)
    assert (entry.year, entry.sequence) == (2027, 1)


async def test_a_void_number_stays_struck_with_its_reason_and_is_not_given_again(desk: Desk) -> None:
    entry = await enter(desk, INCOMING)
    await strike(desk, entry.id)
    assert (await enter(desk, INCOMING)).sequence == 2
    with pytest.raises(Refused, match="entry_void"):
        await strike(desk, entry.id)
    struck, standing = (await book(desk, INCOMING)).rows
    assert struck.struck
    assert struck.cells[-1] == "BATAL: Surat ganda (Bagian Umum, 24 November 2026)"
    assert not standing.struck


async def test_a_correction_leaves_the_number_and_is_in_the_record(desk: Desk) -> None:
    entry = await enter(desk, INCOMING)
    async with desk.database.write() as work:
        member = await desk.member(work, "bagian_umum")
        await entries.amend(work, member, entry.id, {**LETTER, "diteruskan": "Sekretaris, untuk dihadiri"})
    assert (await book(desk, INCOMING)).rows[0].cells[8] == "Sekretaris, untuk dihadiri"
    async with desk.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work)]
        assert (await audit(ledger.lines(work))).faults == ()
    assert [line.action for line in lines if line.action.startswith("register.")] == [
        "register.entered",
        "register.amended",
    ]


@pytest.mark.parametrize("who", ["kepala_opd", "kabid", "kepala_dkisp", "engineer"])
async def test_nobody_but_bagian_umum_keeps_the_books(desk: Desk, who: str) -> None:
    entry = await enter(desk, INCOMING)
    for attempt in (enter(desk, INCOMING, who), enter(desk, INCOMING, who, urut=9), strike(desk, entry.id, who)):
        with pytest.raises(Refused, match="wrong_role"):
            await attempt
    async with desk.database.read() as work:
        with pytest.raises(Refused, match="wrong_role"):
            await printing.listing(desk.office, work, await desk.member(work, who), BookPart(INCOMING, 2026))


async def test_the_printed_book_is_landscape_repeats_its_header_and_is_signed(desk: Desk) -> None:
    async with desk.database.write() as work:
        member = await desk.member(work, "bagian_umum")
        for place in range(60):
            await entries.enter(
                desk.office, work, member, INCOMING, {**LETTER, "perihal": f"Undangan rapat ke-{place}"}
            )
    reader = pypdf.PdfReader(io.BytesIO(render(await book(desk, INCOMING))))
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert len(texts) > 1
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
    assert "BUKU AGENDA SURAT MASUK Tahun 2026" in texts[0]
    with_rows = [text for text in texts if "Undangan rapat ke-" in text]
    assert len(with_rows) > 1
    assert all("Diteruskan ke / disposisi" in text for text in with_rows)
    assert "Bagian Umum" in texts[-1]
    assert "NIP 19800101 200501 1 003" in texts[-1]


async def test_no_cell_of_a_spreadsheet_is_a_formula(desk: Desk) -> None:
    attack = '=HYPERLINK("http://jahat.example","klik")'
    await enter(desk, INCOMING, perihal=attack, asal="@SUM(1)", nomor_surat="+1", keterangan="-2\x07 \U0001f600 ab")
    await strike(desk, (await enter(desk, INCOMING, perihal="http://jahat.example/a")).id)
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet(await book(desk, INCOMING)))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in sheet[4]][:3] == ["No. urut", "Tgl. terima", "No. agenda"]
    assert sheet["G5"].value == attack
    assert [bool(sheet[cell].font.strike) for cell in ("G5", "G6")] == [False, True]


@pytest.mark.parametrize("name", [*BOOKS, *map(outside_form, BOOKS), VOID])
async def test_the_books_forms_are_sound(desk: Desk, name: str) -> None:
    assert list(form_faults(form(desk.office, name))) == []
