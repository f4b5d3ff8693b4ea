"""Who reports to the head of the office."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.engine.description import Sop
from workflows.letters.form import Official
from workflows.office import Office
from workflows.people import members
from workflows.people.signatories import official
from workflows.roles import KABID
from workflows.store.unit_of_work import UnitOfWork

SIGNER = KABID


async def reported_by(office: Office, work: UnitOfWork, sops: Iterable[Sop]) -> Official:
    """Return who acts today in the office that reports, by the first SOP that has it; without a name if nobody does."""
    title = office.letters.division_head_title
    role = next((role for sop in sops for role in sop.roles if role.id == SIGNER), None)
    acting = await members.who_acts(work, role) if role else []
    if not acting:
        return Official(name="", nip="", rank="", office=title)
    person, mandate = acting[0]
    return official(person, title, mandate.acting)
