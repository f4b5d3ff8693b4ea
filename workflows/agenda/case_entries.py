"""The lines of cases in the agenda book of incoming letters (SOP step 2), kept in step with the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from workflows.agenda.books import INCOMING
from workflows.cases.case_context import CaseContext
from workflows.cases.noted_facts import noted
from workflows.engine.description import Form
from workflows.people import members
from workflows.store import people, registers
from workflows.store.tables.registers import FORWARDED_MAX


async def allot_number(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Take the next agenda number of the year; a letter that is agendaed again keeps the one it has."""
    line = await _line(context)
    if noted(context.case.facts).get("agenda_number") is not None:
        entry = await registers.of_case(context.work, INCOMING, context.case.id)
        if entry is not None:
            line.write(entry)
        return
    year = members.today(context.work).year
    entry = await registers.take(context.work, INCOMING, year, str, line)
    context.remember(agenda_number=entry.number)


async def note_disposition(context: CaseContext, form: Form) -> None:
    """Write on the book's line to whom the letter was passed, and what is asked, as `form` says (step 3)."""
    entry = await registers.of_case(context.work, INCOMING, context.case.id)
    if entry is not None:
        entry.forwarded = ticked(form, context.answers(form.id))[:FORWARDED_MAX]


def ticked(form: Form, answers: Mapping[str, object]) -> str:
    """Return the labels of everything that is ticked on a form."""
    labels = []
    for field in form.asked(answers):
        chosen = answers.get(field.id)
        if isinstance(chosen, list):
            labels += [choice.label for choice in field.choices if choice.value in chosen]
    return "; ".join(labels)


async def _line(context: CaseContext) -> registers.RegisterLine:
    asked, agenda = context.answers(context.sop.opening.form), context.answers(_form_of(context))
    opd = await people.opd(context.work, context.case.opd_id)
    return registers.RegisterLine(
        case_id=context.case.id,
        subject=context.case.subject,
        party=opd.name,
        received_on=_day(agenda.get("tanggal_diterima")),
        letter_number=asked.get("nomor_surat") or "",
        letter_date=_day(asked.get("tanggal_surat")),
        entered_by=context.by.person.id if context.by else None,
    )


def _form_of(context: CaseContext) -> str:
    action = context.sop.action(context.action)
    return action.form if action else ""


def _day(written: str | None) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None
