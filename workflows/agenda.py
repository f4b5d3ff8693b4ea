"""The agenda book of incoming letters (SOP step 2)."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import people as office_people
from workflows.occasion import Occasion
from workflows.store import people, registers

REGISTER = "surat_masuk"


async def allot_number(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Take the next agenda number of the year; a letter that is agendaed again keeps the one it has."""
    if "agenda_number" in occasion.case.facts:
        return
    opd = await people.opd(occasion.work, occasion.case.opd_id)
    entry = await registers.take(
        occasion.work,
        REGISTER,
        office_people.today(occasion.work).year,
        str,
        case_id=occasion.case.id,
        subject=occasion.case.subject,
        party=opd.name,
    )
    occasion.remember("agenda_number", entry.number)
