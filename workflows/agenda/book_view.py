"""What a keeper of the agenda books reads: a page, a line, and the stretches of numbers taken on paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workflows.agenda.books import BOOKS
from workflows.store import cases, people, registers
from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import UnitOfWork

PAGE = 8
YEARS = range(2000, 2200)


@dataclasses.dataclass(frozen=True)
class BookPart:
    """A year of a book, or one month of it."""

    book: str
    year: int
    month: int = 0  # 0: the whole year


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a part, the highest number first."""

    part: BookPart
    page: int
    count: int  # lines in all
    entries: Sequence[RegisterEntry]


@dataclasses.dataclass(frozen=True, kw_only=True)
class EntryView:
    """One line, with the names behind its ids."""

    entry: RegisterEntry
    case_number: str
    entered_by: str
    voided_by: str


@dataclasses.dataclass(frozen=True)
class Gap:
    """Numbers that stand on paper only: a number taken by hand came after them, and they were not entered."""

    first: int
    last: int


async def counts(work: UnitOfWork, year: int) -> dict[str, tuple[int, int]]:
    """Return, by book, how many lines a year has and its highest number."""
    return {book: (await registers.count(work, book, year), await registers.last(work, book, year)) for book in BOOKS}


def part(book: object, year: object, month: object = 0) -> BookPart | None:
    """Return what a button names, or None where there is no such part."""
    known = book in BOOKS and year in YEARS and month in range(13)
    return BookPart(str(book), int(str(year)), int(str(month))) if known else None


async def page(work: UnitOfWork, of: BookPart, number: int) -> Page:
    """Return one page; pages count from 0."""
    return Page(
        part=of,
        page=number,
        count=await registers.count(work, of.book, of.year, of.month),
        entries=await registers.newest(work, of.book, of.year, of.month, limit=PAGE, offset=number * PAGE),
    )


async def entry(work: UnitOfWork, entry_id: int) -> EntryView | None:
    """Return one line of a book."""
    found = await registers.get(work, entry_id)
    if found is None or found.register not in BOOKS:
        return None
    case = await cases.get(work, found.case_id) if found.case_id is not None else None
    return EntryView(
        entry=found,
        case_number=case.number if case else "",
        entered_by=await _name(work, found.entered_by),
        voided_by=await _name(work, found.voided_by),
    )


async def _name(work: UnitOfWork, person_id: int | None) -> str:
    return (await people.by_id(work, person_id)).name if person_id is not None else ""


def gaps_before(entries: Sequence[RegisterEntry], sequences: Sequence[int]) -> dict[int, Gap]:
    """Return the stretches of numbers that stand on paper only, by the id of the entry after each.

    `sequences` are all that the year has, in order: a month alone does not show what it leaves out.
    """
    before = dict(zip(sequences, (0, *sequences), strict=False))
    return {
        one.id: Gap(before[one.sequence] + 1, one.sequence - 1)
        for one in entries
        if before[one.sequence] + 1 < one.sequence
    }
