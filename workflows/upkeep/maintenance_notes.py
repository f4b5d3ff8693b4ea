"""Catatan pemeliharaan: what engineers did on a server or for a hosting, when and by whom; in the record."""

from __future__ import annotations

import datetime as dt

from workflows.engine.description import Form
from workflows.engine.form_files import office_form
from workflows.people.duty import engineer
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings, ledger
from workflows.store.tables import MaintenanceNote
from workflows.store.unit_of_work import UnitOfWork


def form() -> Form:
    """Return the questions of a note: when, and what was done."""
    return office_form("pemeliharaan")


async def add_note(
    work: UnitOfWork, member: Member, *, server_id: int, hosting_id: int | None, day: dt.date, text: str
) -> MaintenanceNote:
    """Keep a note. Raises `Refused`: wrong_role, no_hosting (it is on another server, or nowhere)."""
    mandate = engineer(member)
    hosting = await hostings.get(work, hosting_id) if hosting_id is not None else None
    if hosting_id is not None and (hosting is None or hosting.server_id != server_id):
        raise Refused("no_hosting", final=True)
    row = MaintenanceNote(
        server_id=server_id,
        hosting_id=hosting_id,
        day=day,
        text=text,
        person_id=member.person.id,
        created_at=work.now,
    )
    await work.lock_record()
    work.add(row)
    await work.flush()
    await ledger.append(
        work,
        "maintenance",
        person_id=member.person.id,
        mandate_id=mandate.id,
        case_id=hosting.case_id if hosting else None,
        data={"note": row.id, "server": server_id, "hosting": hosting_id, "day": day.isoformat(), "text": text},
    )
    return row
