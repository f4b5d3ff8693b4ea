"""Yearly numbered registers. A number is taken inside the transaction that uses it, so none is lost or doubled."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, func, select

from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA


@dataclasses.dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """What stands on a line beside its number; texts are cut to what the columns hold."""

    case_id: int | None = None
    subject: str = ""
    party: str = ""
    received_on: dt.date | None = None
    letter_number: str = ""
    letter_date: dt.date | None = None
    attachments: str = ""
    forwarded: str = ""
    note: str = ""
    entered_by: int | None = None

    def write(self, entry: RegisterEntry) -> None:
        """Put it on an entry."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            length = getattr(RegisterEntry.__table__.c[field.name].type, "length", None)
            setattr(entry, field.name, value[:length] if isinstance(value, str) else value)


NOTHING = RegisterLine()


def of_cases(sop_code: str) -> str:
    """Return the register that numbers the cases of an SOP."""
    return f"perkara_{sop_code}"


async def take(
    work: UnitOfWork, register: str, year: int, number: Callable[[int], str], line: RegisterLine = NOTHING
) -> RegisterEntry:
    """Take the next sequence of `register` in `year`; `number` turns it into the text that is printed.

    One at a time; the unique constraint on (register, year, sequence) stands behind it.
    """
    await work.lock_record()
    sequence = await last(work, register, year) + 1
    entry = RegisterEntry(register=register, year=year, sequence=sequence, number=number(sequence), outside=False)
    return await _write(work, entry, line, taken_on=work.now.astimezone(WITA).date())


async def note_outside(
    work: UnitOfWork, register: str, sequence: int, number: str, *, line: RegisterLine, taken_on: dt.date
) -> RegisterEntry:
    """Write down a number that was taken by hand on a day; the next number that is taken follows the highest.

    The caller has made sure, in its turn, that the number is free.
    """
    entry = RegisterEntry(register=register, year=taken_on.year, sequence=sequence, number=number, outside=True)
    return await _write(work, entry, line, taken_on=taken_on)


async def _write(work: UnitOfWork, entry: RegisterEntry, line: RegisterLine, *, taken_on: dt.date) -> RegisterEntry:
    entry.taken_on, entry.created_at = taken_on, work.now
    line.write(entry)
    work.add(entry)
    await work.flush()
    return entry


async def last(work: UnitOfWork, register: str, year: int) -> int:
    """Return the highest sequence of a year, 0 where none was taken."""
    highest = select(func.max(RegisterEntry.sequence)).where(*_of(register, year))
    return (await work.session.scalar(highest)) or 0


async def at(work: UnitOfWork, register: str, year: int, sequence: int) -> RegisterEntry | None:
    """Return the entry of a number."""
    query = select(RegisterEntry).where(*_of(register, year), RegisterEntry.sequence == sequence)
    return (await work.session.scalars(query)).first()


async def get(work: UnitOfWork, entry_id: int) -> RegisterEntry | None:
    """Return one entry."""
    return await work.session.get(RegisterEntry, entry_id)


async def of_case(work: UnitOfWork, register: str, case_id: int) -> RegisterEntry | None:
    """Return a case's newest entry in a register that is not void."""
    query = select(RegisterEntry).where(
        RegisterEntry.register == register, RegisterEntry.case_id == case_id, RegisterEntry.voided_at.is_(None)
    )
    return (await work.session.scalars(query.order_by(RegisterEntry.id.desc()))).first()


async def void_number(work: UnitOfWork, case_id: int, number: str) -> RegisterEntry | None:
    """Return the entry of a case's number where it is void."""
    query = select(RegisterEntry).where(
        RegisterEntry.case_id == case_id, RegisterEntry.number == number, RegisterEntry.voided_at.is_not(None)
    )
    return (await work.session.scalars(query)).first()


async def newest(
    work: UnitOfWork, register: str, year: int, month: int, *, limit: int, offset: int = 0
) -> Sequence[RegisterEntry]:
    """Return entries of a month (0: of the whole year), the highest number first."""
    query = select(RegisterEntry).where(*_within(register, year, month)).order_by(RegisterEntry.sequence.desc())
    return (await work.session.scalars(query.limit(limit).offset(offset))).all()


async def in_order(work: UnitOfWork, register: str, year: int, month: int) -> Sequence[RegisterEntry]:
    """Return all entries of a month (0: of the whole year), as the book has them."""
    query = select(RegisterEntry).where(*_within(register, year, month)).order_by(RegisterEntry.sequence)
    return (await work.session.scalars(query)).all()


async def sequences(work: UnitOfWork, register: str, year: int) -> Sequence[int]:
    """Return every number of a year, in order."""
    query = select(RegisterEntry.sequence).where(*_of(register, year)).order_by(RegisterEntry.sequence)
    return (await work.session.scalars(query)).all()


async def count(work: UnitOfWork, register: str, year: int, month: int = 0) -> int:
    """Count the entries of a month (0: of the whole year), void ones too."""
    return (await work.session.scalar(select(func.count(RegisterEntry.id)).where(*_within(register, year, month)))) or 0


def _of(register: str, year: int) -> list[ColumnElement[bool]]:
    return [RegisterEntry.register == register, RegisterEntry.year == year]


def _within(register: str, year: int, month: int) -> list[ColumnElement[bool]]:
    if not month:
        return _of(register, year)
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    return [*_of(register, year), RegisterEntry.taken_on >= dt.date(year, month, 1), RegisterEntry.taken_on < after]
