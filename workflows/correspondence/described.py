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
from workflows.engine.letter import DescribedLetter, filled
from workflows.letters.form import NO_NUMBER, Letter, Recipient, Reference
from workflows.letters.surat_uraian import Answer, SuratUraian, Value
from workflows.people import members


async def write(context: CaseContext, described: DescribedLetter) -> Letter:
    """Return the letter as it would be issued now."""
    opd = await parts.opd_of(context)
    known = {**await case_words(context.work, context.case), "subject": context.case.subject}
    if "request" in described.placeholders:
        request = await parts.reference(context)
        known["request"] = _referred(request)

    def word(name: str) -> str:
        return known[name] if name in known else _sentence(context, name)

    office = context.office.letterhead
    return SuratUraian(
        office=office if described.letterhead == "office" else parts.letterhead_of(opd, context.office),
        date=members.today(context.work),
        signer=await parts.signer(context, described.signer),
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
            found.append(Answer(label=field.label, value=_value(field, value)))
    return found


def _answer(context: CaseContext, name: str) -> tuple[Field, Any]:
    form, _, field = name.partition(".")
    return context.sop.form(form).field(field), context.answers(form).get(field)


def _sentence(context: CaseContext, name: str) -> str:
    """Return an answer within a sentence; "-" where there is none."""
    field, answer = _answer(context, name)
    if answer is None:
        return "-"
    value = _value(field, answer)
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, dt.date):
        return words.date(value)
    return value if isinstance(value, str) else str(field.labels(value)[0])


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
