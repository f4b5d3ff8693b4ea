"""The agenda books: which book, its lines, one line."""

from __future__ import annotations

from collections.abc import Mapping

from bot import formats
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, in_rows, keyboard, to_menu
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.agenda.book_view import PAGE, BookPart, EntryView, Page
from workflows.agenda.books import BOOKS, INCOMING
from workflows.store.tables import RegisterEntry

SUBJECT_MAX = 80
MONTHS = range(1, 13)


def books_screen(year: int, counts: Mapping[str, tuple[int, int]]) -> Screen:
    """Return the choice of a book, with how far each is this year."""
    lines = [html("buku.judul", year=year)]
    lines += [html("buku.banyak", book=_title(book), count=counts[book][0], last=counts[book][1]) for book in BOOKS]
    rows: list[Row] = [[button(_title(book), _show_book(book, year))] for book in BOOKS]
    return Screen(text="\n".join(lines), keyboard=keyboard([*rows, to_menu()]))


def book_screen(page: Page) -> Screen:
    """Return a page of a book and what may be done with the book."""
    part = page.part
    of_part = (part.book, str(part.year), str(part.month))
    lines = [html("buku.buku", book=_title(part.book), period=_period(part), count=page.count)]
    for entry in page.entries:
        lines += ["", _line(entry)]
    if not page.entries:
        lines += ["", html("buku.kosong")]
    each = [button(str(entry.sequence), Show("agenda_entry", (str(entry.id),))) for entry in page.entries]
    rows: list[Row] = [
        *in_rows(each, 4),
        _pager(page),
        [button(plain("buku.catat", book=_title(part.book).lower()), Do("agenda_new", (part.book,)), "primary")],
        [button(plain("buku.luar"), Do("agenda_outside", (part.book,)))],
        [button(plain(f"buku.{kind}"), Do(f"agenda_{kind}", of_part)) for kind in ("pdf", "xlsx")],
        [
            button(plain("buku.pilih_bulan"), Show("agenda_months", (part.book, str(part.year)))),
            button(plain("buku.kembali"), Show("agenda")),
        ],
    ]
    return Screen(text=fit(lines), keyboard=keyboard(rows))


def months_screen(book: str, year: int, this_year: int) -> Screen:
    """Return the choice of a month, of the whole year, or of another year."""
    months = [button(formats.month(month), _show_book(book, year, month)) for month in MONTHS]
    around = [one for one in (year - 1, year + 1) if one <= this_year]
    rows: list[Row] = [
        [button(plain("buku.setahun", year=year), _show_book(book, year))],
        *in_rows(months, 3),
        [button(str(one), Show("agenda_months", (book, str(one)))) for one in around],
        [button(plain("buku.kembali"), Show("agenda"))],
    ]
    return Screen(text=html("buku.bulan_tanya", book=_title(book), year=year), keyboard=keyboard(rows))


def entry_screen(view: EntryView) -> Screen:
    """Return one line in full, and how it may be changed."""
    entry = view.entry
    text = html(
        "buku.butir",
        number=entry.number,
        book=_title(entry.register),
        incoming=entry.register == INCOMING,
        sequence=entry.sequence,
        date=entry.received_on or entry.taken_on,
        party=entry.party,
        letter_number=entry.letter_number,
        letter_date=entry.letter_date,
        subject=entry.subject,
        attachments=entry.attachments,
        forwarded=entry.forwarded,
        note=entry.note,
        outside=entry.outside,
        case=view.case_number,
        by=view.entered_by,
        at=entry.created_at,
    )
    if entry.voided_at is not None:
        said = {"by": view.voided_by, "when": formats.instant(entry.voided_at), "reason": entry.void_reason}
        text = "\n".join([html("buku.batal", **said), "", text])
    return Screen(text=text, keyboard=keyboard(_entry_buttons(view)))


def _entry_buttons(view: EntryView) -> list[Row]:
    entry, one = view.entry, (str(view.entry.id),)
    rows: list[Row] = []
    if entry.case_id is not None:
        rows.append([button(view.case_number, Show("fresh_case", (str(entry.case_id),)))])
    if entry.voided_at is None:
        if entry.case_id is None:
            rows.append([button(plain("buku.ubah"), Do("agenda_amend", one))])
        rows.append([button(plain("buku.batalkan"), Do("agenda_void", one), "danger")])
    rows.append([button(_title(entry.register), _show_book(entry.register, entry.year))])
    return rows


def _line(entry: RegisterEntry) -> str:
    return html(
        "buku.baris",
        sequence=entry.sequence,
        date=formats.date(entry.received_on or entry.taken_on),
        party=entry.party,
        number="" if entry.register == INCOMING else entry.number,
        subject=shorten(entry.subject, SUBJECT_MAX),
        void=entry.voided_at is not None,
        reason=shorten(entry.void_reason, SUBJECT_MAX),
        outside=entry.outside,
    ).strip()


def _pager(page: Page) -> Row:
    row, part = [], page.part
    if page.page > 0:
        row.append(button(plain("umum.sebelumnya"), _show_book(part.book, part.year, part.month, page.page - 1)))
    if (page.page + 1) * PAGE < page.count:
        row.append(button(plain("umum.berikutnya"), _show_book(part.book, part.year, part.month, page.page + 1)))
    return row


def _show_book(book: str, year: int, month: int = 0, page: int = 0) -> Show:
    return Show("agenda_book", (book, str(year), str(month), str(page)))


def _title(book: str) -> str:
    return plain(f"buku.{book}")


def _period(part: BookPart) -> str:
    return f"{formats.month(part.month)} {part.year}" if part.month else str(part.year)
