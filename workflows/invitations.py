"""What an administrator may have typed wrong in an invitation: its number is what lets somebody in."""

from __future__ import annotations

from workflows.people import InviteRequest
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork


async def check(work: UnitOfWork, request: InviteRequest) -> None:
    """Find an administrator's slip before a link is made of it.

    Raises `Refused`: phone_of_another (the number is that of somebody with another NIP), office_held.
    """
    known = await people.by_phone(work, request.phone)
    if known is None:
        return
    if known.nip and request.nip and known.nip != request.nip:
        raise Refused("phone_of_another", {"name": known.name})
    wanted = (request.role, request.opd_id, request.acting)
    held = await people.mandates(work, known.id, request.starts_on)
    if any((row.role, row.opd_id, row.acting) == wanted for row in held):
        raise Refused("office_held", {"name": known.name})
