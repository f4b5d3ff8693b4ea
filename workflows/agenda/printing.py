"""A book as the office prints it: the columns of the paper book, void numbers struck, a signatory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflows import words
from workflows.agenda.book_view import BookPart, Gap, gaps_before
from workflows.agenda.books import INCOMING, KEEPER, keeper
from workflows.letters.daftar import Column, Daftar, Row
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.signatories import printed_by
from workflows.store import cases, people, registers
from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import UnitOfWork

NARROW = ("No. urut", "No. agenda", "Lampiran")


async def listing(office: Office, work: UnitOfWork, member: Member, part: BookPart) -> Daftar:
    """Return a part of a book, signed by who prints it. Raises `Refused`: wrong_role."""
    keeper(member)
    name, year, month = part.book, part.year, part.month
    entries = await registers.in_order(work, name, year, month)
    names = await people.names(work, {entry.voided_by for entry in entries if entry.voided_by is not None})
    numbers = await cases.numbers(work, {entry.case_id for entry in entries if entry.case_id is not None})
    gaps = gaps_before(entries, await registers.sequences(work, name, year)) if entries else {}
    said, today = _words(), members.today(work)
    period = said["bulan" if month else "tahun"].format(year=year, month=words.month(month) if month else "")
    return Daftar(
        office=office.letterhead,
        date=today,
        signer=printed_by(member, said["penanda_tangan"], KEEPER),
        title=said[name]["judul"],
        period=period,
        columns=tuple(
            Column(title=title, width=width, align="center" if title in NARROW else "left")
            for title, width in said[name]["kolom"]
        ),
        rows=tuple(_rows(entries, gaps, names, numbers)),
    )


def _rows(
    entries: Sequence[RegisterEntry], gaps: Mapping[int, Gap], names: Mapping[int, str], numbers: Mapping[int, str]
) -> Iterator[Row]:
    for entry in entries:
        if entry.id in gaps:
            yield _gap(entry.register, gaps[entry.id])
        cells = _incoming(entry) if entry.register == INCOMING else _outgoing(entry)
        yield Row(cells=(*cells, _note(entry, names, numbers)), struck=entry.voided_at is not None)


def _incoming(entry: RegisterEntry) -> tuple[str, ...]:
    return (
        str(entry.sequence),
        words.date(entry.received_on or entry.taken_on),
        entry.number,
        entry.party,
        words.date(entry.letter_date) if entry.letter_date else "",
        entry.letter_number,
        entry.subject,
        entry.attachments,
        entry.forwarded,
    )


def _outgoing(entry: RegisterEntry) -> tuple[str, ...]:
    day = words.date(entry.taken_on)
    return (str(entry.sequence), entry.number, day, entry.party, entry.subject, entry.attachments)


def _gap(book_: str, gap: Gap) -> Row:
    span = str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}"
    return Row(cells=(span, *[""] * (len(_words()[book_]["kolom"]) - 2), _words()["hanya_kertas"]))


def _note(entry: RegisterEntry, names: Mapping[int, str], numbers: Mapping[int, str]) -> str:
    said = _words()
    parts = [entry.note, numbers.get(entry.case_id or 0, ""), said["luar"] if entry.outside else ""]
    if entry.voided_at is not None:
        by = names.get(entry.voided_by or 0, "")
        parts.insert(0, said["batal"].format(reason=entry.void_reason, by=by, day=words.date(entry.voided_at)))
    return "; ".join(part for part in parts if part)


def _words() -> Mapping[str, Any]:
    return fixed_words("buku_agenda")
