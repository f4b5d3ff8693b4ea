"""Keeping the agenda books: letters of no case, numbers taken by hand, corrections, numbers that are void."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflows.agenda.books import CLASSIFICATION, INCOMING, KEEPER, OUTGOING, keeper
from workflows.letters import number as letter_numbers
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import cases, ledger, registers
from workflows.store.tables import RegisterEntry
from workflows.store.unit_of_work import UnitOfWork

Answers = Mapping[str, Any]
GONE = ("refused", "withdrawn", "closed", "cancelled")


async def enter(office: Office, work: UnitOfWork, member: Member, book: str, answers: Answers) -> RegisterEntry:
    """Take the next number of a book for a letter of no case. Raises `Refused`: wrong_role."""
    keeper(member)
    today = members.today(work)

    def written(sequence: int) -> str:
        return _number(office, book, sequence, answers.get(CLASSIFICATION), today)

    entry = await registers.take(work, book, today.year, written, _line(answers, member))
    await _record(work, member, "register.entered", entry)
    return entry


async def enter_outside(office: Office, work: UnitOfWork, member: Member, book: str, answers: Answers) -> RegisterEntry:
    """Enter a number that was taken by hand; the next one that is taken here follows the highest.

    Raises `Refused`: wrong_role, number_taken.
    """
    keeper(member)
    await work.lock_record()
    sequence, day = int(answers["urut"]), dt.date.fromisoformat(answers.get("tanggal") or answers["tanggal_diterima"])
    there = await registers.at(work, book, day.year, sequence)
    if there is not None:
        raise Refused("number_taken", {"number": there.number, "party": there.party, "subject": there.subject})
    number = answers.get("nomor") or _number(office, book, sequence, None, day)
    entry = await registers.note_outside(work, book, sequence, number, line=_line(answers, member), taken_on=day)
    await _record(work, member, "register.outside", entry)
    return entry


async def amend(work: UnitOfWork, member: Member, entry_id: int, answers: Answers) -> RegisterEntry:
    """Correct a line; its number stays. Raises `Refused`: wrong_role, no_entry, entry_void, entry_of_case."""
    entry = await amendable(work, member, entry_id)
    _line(answers, member).write(entry)
    await _record(work, member, "register.amended", entry)
    return entry


async def amendable(work: UnitOfWork, member: Member, entry_id: int) -> RegisterEntry:
    """Return a line that may be corrected. Raises `Refused`; a case's line follows its case."""
    entry = await _standing(work, member, entry_id)
    if entry.case_id is not None:
        raise Refused("entry_of_case", final=True)
    return entry


async def void(work: UnitOfWork, member: Member, entry_id: int, reason: str) -> RegisterEntry:
    """Strike a number: it stays in the book with the reason and who struck it, and is never given again.

    Raises `Refused`: wrong_role, no_entry, entry_void, agenda_in_use.
    """
    entry = await voidable(work, member, entry_id)
    entry.voided_at, entry.voided_by, entry.void_reason = work.now, member.person.id, reason
    await _record(work, member, "register.void", entry)
    return entry


async def voidable(work: UnitOfWork, member: Member, entry_id: int) -> RegisterEntry:
    """Return a line that may be struck. Raises `Refused`; the agenda number of a living case is on its sheet."""
    entry = await _standing(work, member, entry_id)
    case = await cases.get(work, entry.case_id) if entry.case_id is not None else None
    if case is not None and entry.register == INCOMING and case.status not in GONE:
        raise Refused("agenda_in_use", {"case": case.number})
    return entry


def answers_of(entry: RegisterEntry) -> dict[str, Any]:
    """Return a line as the answers of its book's form, to be corrected."""
    found = {
        "tanggal_diterima": entry.received_on.isoformat() if entry.received_on else None,
        "asal": entry.party,
        "tujuan": entry.party,
        "nomor_surat": entry.letter_number,
        "tanggal_surat": entry.letter_date.isoformat() if entry.letter_date else None,
        "perihal": entry.subject,
        "lampiran": entry.attachments,
        "diteruskan": entry.forwarded,
        "keterangan": entry.note,
    }
    return {name: value for name, value in found.items() if value}


async def _standing(work: UnitOfWork, member: Member, entry_id: int) -> RegisterEntry:
    keeper(member)
    await work.lock_record()
    entry = await registers.get(work, entry_id)
    if entry is None or entry.register not in (INCOMING, OUTGOING):
        raise Refused("no_entry", final=True)
    if entry.voided_at is not None:
        raise Refused("entry_void", {"number": entry.number}, final=True)
    return entry


def _number(office: Office, book: str, sequence: int, classification: str | None, on: dt.date) -> str:
    if book == INCOMING:
        return str(sequence)
    rules = office.letters
    return letter_numbers.letter_number(
        rules.template,
        classification=classification or rules.classification,
        sequence=sequence,
        unit=rules.unit,
        on=on,
    )


def _line(answers: Answers, member: Member) -> registers.RegisterLine:
    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(answers[name]) if answers.get(name) else None

    return registers.RegisterLine(
        subject=answers["perihal"],
        party=answers.get("asal") or answers.get("tujuan") or "",
        received_on=day("tanggal_diterima"),
        letter_number=answers.get("nomor_surat") or "",
        letter_date=day("tanggal_surat"),
        attachments=answers.get("lampiran") or "",
        forwarded=answers.get("diteruskan") or "",
        note=answers.get("keterangan") or "",
        entered_by=member.person.id,
    )


async def _record(work: UnitOfWork, member: Member, action: str, entry: RegisterEntry) -> None:
    """Write into the ledger how the line stands now."""
    mandate = next((held for held in member.mandates if held.role == KEEPER), None)
    data = {
        "register": entry.register,
        "year": entry.year,
        "sequence": entry.sequence,
        "number": entry.number,
        "party": entry.party,
        "subject": entry.subject,
        "forwarded": entry.forwarded,
        "void": entry.void_reason,
    }
    await ledger.append(
        work,
        action,
        person_id=member.person.id,
        mandate_id=mandate.id if mandate else None,
        case_id=entry.case_id,
        data=data,
    )
    await work.flush()
