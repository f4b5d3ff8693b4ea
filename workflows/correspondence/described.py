"""Writes a letter that the SOP describes itself, from the answers of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflows import words
from workflows.cases.case_context import CaseContext
from workflows.cases.placeholders import case_words
from workflows.correspondence import parts
from workflows.engine.description import Field, FieldType
from workflows.engine.letter import WEEKDAY, DescribedLetter, filled
from workflows.letters.form import NO_NUMBER, Letter, Official, Recipient, Reference
from workflows.letters.surat_uraian import Answer, SuratUraian, Value
from workflows.people import members
from workflows.roles import KABID


async def write(context: CaseContext, described: DescribedLetter) -> Letter:
    """Return the letter as it would be issued now."""
    opd = await parts.opd_of(context)
    dated, number = _dated(context, described)
    known = {**await case_words(context.work, context.case), "subject": context.case.subject}
    if "request" in described.placeholders:
        request = await parts.reference(context)
        known["request"] = _referred(request)

    def word(name: str) -> str:
        return known[name] if name in known else _sentence(context, name)

    office = context.office.letterhead
    return SuratUraian(
        office=office if described.letterhead == "office" else parts.letterhead_of(opd, context.office),
        date=dated,
        number=number,
        signer=await _signer(context, described),
        layout=described.template,
        title=described.title,
        subject=filled(described.subject, word),
        case_number=context.case.number,
        recipient=await _recipient(context, described.to) if described.to else None,
        opening=tuple(filled(text, word) for text in described.opening),
        answers=tuple(_answers(context, described.fields)),
        closing=tuple(filled(text, word) for text in described.closing),
        copies=tuple(filled(text, word) for text in described.copies),
    )


def _dated(context: CaseContext, described: DescribedLetter) -> tuple[dt.date, str]:
    """Return a letter's date and number: an OPD's own letter has those that the OPD gave it."""
    given = context.answers(context.sop.opening.form) if described.letterhead == "opd" else {}
    day = given.get("tanggal_surat")
    return dt.date.fromisoformat(day) if day else members.today(context.work), given.get("nomor_surat") or ""


async def _signer(context: CaseContext, described: DescribedLetter) -> Official:
    """Return who signs; to the head of an OPD the Kabid writes in the name of our own head ("a.n.")."""
    if described.signer == KABID and described.to and context.sop.role(described.to).scope == "opd":
        return await parts.signer_for_head(context)
    return await parts.signer(context, described.signer)


def _referred(request: Reference) -> str:
    """Return how a letter is referred to; one without a number by its date alone."""
    numbered = f"Nomor {request.number} " if request.number != NO_NUMBER else ""
    return f"{numbered}tanggal {words.date(request.date)} hal {request.subject}"


async def _recipient(context: CaseContext, role: str) -> Recipient:
    return Recipient(title=await parts.title_of(context, role), place=context.office.letterhead.city)


def _answers(context: CaseContext, names: tuple[str, ...]) -> list[Answer]:
    """Return what was answered; a question that was never asked or was skipped is left out."""
    found = []
    for name in names:
        field, value = _answer(context, name)
        if value is not None:
            written = _with_weekday(value) if name.endswith(WEEKDAY) else _value(field, value)
            found.append(Answer(label=field.label, value=written))
    return found


def _answer(context: CaseContext, name: str) -> tuple[Field, Any]:
    form, _, field = name.removesuffix(WEEKDAY).partition(".")
    return context.sop.form(form).field(field), context.answers(form).get(field)


def _sentence(context: CaseContext, name: str) -> str:
    """Return an answer within a sentence; "-" where there is none."""
    field, answer = _answer(context, name)
    if answer is None:
        return "-"
    if name.endswith(WEEKDAY):
        return _with_weekday(answer)
    value = _value(field, answer)
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, dt.date):
        return words.date(value)
    return value if isinstance(value, str) else str(field.labels(value)[0])


def _with_weekday(day: str) -> str:
    return words.weekday_date(dt.date.fromisoformat(day))


def _value(field: Field, answer: Any) -> Value:
    value: Value
    match field.type:
        case FieldType.DATE:
            value = dt.date.fromisoformat(answer)
        case FieldType.NIP:
            value = words.nip(answer)
        case FieldType.NUMBER:
            value = words.number(answer)
        case FieldType.YES_NO | FieldType.ACKNOWLEDGE:
            value = bool(answer)
        case FieldType.DOCUMENT:
            value = str(answer["name"])
        case FieldType.PEOPLE:
            value = tuple(_person(person) for person in answer)
        case FieldType.MULTI_CHOICE | FieldType.REASONS:
            value = field.labels(answer)
        case _:
            value = field.labels(answer)[0]
    return value


def _person(person: Mapping[str, str]) -> str:
    return f"{person['name']}, NIP {words.nip(person['nip'])}, {words.phone(person['phone'])}"
