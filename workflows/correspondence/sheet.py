"""The disposition sheet of a case, as far as it is filled in: by Bagian Umum, the head, and those who pass it on."""

from __future__ import annotations

import datetime as dt

from workflows import words
from workflows.cases.case_context import CaseContext
from workflows.cases.disposed import TICKED, Disposed, disposed
from workflows.cases.noted_facts import noted
from workflows.correspondence import parts
from workflows.engine.case import Recorded
from workflows.engine.description import Form
from workflows.letters.form import Nature, Official
from workflows.letters.lembar_disposisi import Forward, Further, Instruction, LembarDisposisi
from workflows.people import members
from workflows.people.signatories import official
from workflows.roles import KEPALA_DKISP
from workflows.store import people

NATURES = {
    "biasa": Nature.ORDINARY,
    "penting": Nature.IMPORTANT,
    "segera": Nature.URGENT,
    "sangat_segera": Nature.VERY_URGENT,
    "rahasia": Nature.CONFIDENTIAL,
}
INSTRUCTIONS = {
    "tanggapan": Instruction.RESPOND,
    "proses": Instruction.PROCESS,
    "koordinasi": Instruction.COORDINATE,
}
FORM = "disposisi"


async def lembar_disposisi(context: CaseContext) -> LembarDisposisi:
    """Fill the disposition sheet in, as far as the case is (steps 2 to 4)."""
    agenda, letter = context.answers("agenda"), await parts.reference(context)
    done = disposed(context.case.facts)
    form = context.sop.form(done.form if done else FORM)
    said, today = context.answers(form.id), members.today(context.work)
    field = form.field(TICKED)
    ticked = said.get(TICKED, [])
    scanned = await parts.scanned_by(context, done.scanned_by, done.scanned_at) if done and done.scanned_by else ""
    return LembarDisposisi(
        office=context.office.letterhead,
        date=dt.date.fromisoformat(agenda["tanggal_diterima"]),
        signer=await _head(context, done),
        number=noted(context.case.facts)["agenda_number"],
        nature=NATURES[agenda["sifat"]],
        sender=letter.sender,
        letter_number=letter.number,
        letter_date=letter.date,
        subject=letter.subject,
        classification=agenda["klasifikasi"],
        forwards=tuple(Forward(office=choice.label, ticked=choice.value in ticked) for choice in field.choices),
        instructions=tuple(INSTRUCTIONS[value] for value in said.get("instruksi", [])),
        note=said.get("catatan") or "",
        disposed_on=_day(done.at) if done else today if said else None,
        further=tuple([await _further(context, int(by), entry) for by, entry in _passed_on(context)]),
        signed_on_paper=scanned,
    )


async def _head(context: CaseContext, done: Disposed | None) -> Official:
    """Return who disposed, also on a sheet that was completed by others afterwards."""
    found = await parts.signer(context, KEPALA_DKISP)
    if done is None:
        return found
    return official(await people.by_id(context.work, done.by), found.office, done.acting)


def _passed_on(context: CaseContext) -> list[tuple[str, Recorded]]:
    entries = noted(context.case.facts).get("dispositions", {}).items()
    return sorted(entries, key=lambda one: one[1]["at"])


async def _further(context: CaseContext, person_id: int, entry: Recorded) -> Further:
    person = await people.by_id(context.work, person_id)
    answers = entry["answers"]
    action = context.sop.action(entry["action"])
    form: Form = context.sop.form(action.form if action else "")
    labels = {choice.value: choice.label for choice in form.field("instruksi").choices}
    return Further(
        by=person.name,
        to=tuple(answers["kepada"]),
        instructions=tuple(labels[value] for value in answers["instruksi"]),
        note=answers.get("catatan") or "",
        initials=words.initials(person.name),
        on=_day(entry["at"]),
    )


def _day(moment: str) -> dt.date:
    """Return the day (WITA) of an instant, or of a date."""
    if len(moment) == len("2026-11-24"):
        return dt.date.fromisoformat(moment)
    return dt.datetime.fromisoformat(moment).astimezone(words.WITA).date()
