"""The lines of cases in the agenda book of incoming letters (SOP step 2), kept in step with the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from workflows.agenda.books import INCOMING
from workflows.cases.occasion import Occasion
from workflows.engine.description import Form
from workflows.people import members as office_people
from workflows.store import people, registers
from workflows.store.tables.registers import FORWARDED_MAX


async def allot_number(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Take the next agenda number of the year; a letter that is agendaed again keeps the one it has."""
    line = await _line(occasion)
    if "agenda_number" in occasion.case.facts:
        entry = await registers.of_case(occasion.work, INCOMING, occasion.case.id)
        if entry is not None:
            line.write(entry)
        return
    year = office_people.today(occasion.work).year
    entry = await registers.take(occasion.work, INCOMING, year, str, line)
    occasion.remember("agenda_number", entry.number)


async def note_disposition(occasion: Occasion, form: Form) -> None:
    """Write on the book's line to whom the letter was passed, and what is asked, as `form` says (step 3)."""
    entry = await registers.of_case(occasion.work, INCOMING, occasion.case.id)
    if entry is not None:
        entry.forwarded = ticked(form, occasion.answers(form.id))[:FORWARDED_MAX]


def ticked(form: Form, answers: Mapping[str, object]) -> str:
    """Return the labels of everything that is ticked on a form."""
    labels = []
    for field in form.asked(answers):
        chosen = answers.get(field.id)
        if isinstance(chosen, list):
            labels += [choice.label for choice in field.choices if choice.value in chosen]
    return "; ".join(labels)


async def _line(occasion: Occasion) -> registers.Line:
    asked, agenda = occasion.answers(occasion.sop.opening.form), occasion.answers(_form_of(occasion))
    opd = await people.opd(occasion.work, occasion.case.opd_id)
    return registers.Line(
        case_id=occasion.case.id,
        subject=occasion.case.subject,
        party=opd.name,
        received_on=_day(agenda.get("tanggal_diterima")),
        letter_number=asked.get("nomor_surat") or "",
        letter_date=_day(asked.get("tanggal_surat")),
        entered_by=occasion.by.person.id if occasion.by else None,
    )


def _form_of(occasion: Occasion) -> str:
    action = occasion.sop.action(occasion.action)
    return action.form if action else ""


def _day(written: str | None) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None
