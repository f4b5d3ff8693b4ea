"""What an administrator may have typed wrong in an invitation: its number is what lets somebody in."""

from __future__ import annotations

from collections.abc import Collection

from workflows.people.members import InviteRequest
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork


async def check(work: UnitOfWork, request: InviteRequest, single: Collection[str]) -> None:
    """Find an administrator's slip before a link is made of it; `single` are the roles that one person holds at a time.

    Raises `Refused`: phone_of_another (the number is that of somebody with another NIP), office_held (by this person
    already), seat_held (by somebody else, and not to act for them).
    """
    known = await people.by_phone(work, request.phone)
    if known is not None:
        if known.nip and request.nip and known.nip != request.nip:
            raise Refused("phone_of_another", {"name": known.name})
        wanted = (request.role, request.opd_id, request.acting)
        held = await people.mandates(work, known.id, request.starts_on)
        if any((row.role, row.opd_id, row.acting) == wanted for row in held):
            raise Refused("office_held", {"name": known.name})
    if request.role in single and not request.acting:
        holder = await people.definitive(work, request.role, request.starts_on, request.opd_id)
        if holder is not None and not _from_paper(holder, request):
            raise Refused("seat_held", {"name": holder.name})


def _from_paper(holder: Person, request: InviteRequest) -> bool:
    """Whether the holder is known from paper only, and is invited now."""
    return holder.telegram_id is None and holder.nip is not None and holder.nip == request.nip
