"""Hostings as their OPD and DKISP see them."""

from __future__ import annotations

import dataclasses

from provisioning.spec import HostingSpec
from workflows.office import Office
from workflows.people import Member
from workflows.store import hostings, people
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.lists import PAGE, sees_all


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingView:
    """One hosting that stands on a server."""

    hosting: Hosting
    spec: HostingSpec
    opd: str
    server: str
    case_number: str


async def hostings_of(
    office: Office, work: UnitOfWork, member: Member, page: int = 0
) -> tuple[list[HostingView], bool]:
    """Return one page of the hostings a person may see, by domain, and whether there are more."""
    opds = None if sees_all(office, member) else list(member.opds)
    found = await hostings.of_opds(work, opds, limit=PAGE + 1, offset=page * PAGE)
    return [await _view(work, hosting) for hosting in found[:PAGE]], len(found) > PAGE


async def hosting_view(office: Office, work: UnitOfWork, member: Member, hosting_id: int) -> HostingView | None:
    """Return one hosting, or None where this person may not see it."""
    hosting = await hostings.get(work, hosting_id)
    if hosting is None or not (sees_all(office, member) or hosting.opd_id in member.opds):
        return None
    return await _view(work, hosting)


async def _view(work: UnitOfWork, hosting: Hosting) -> HostingView:
    case = await hostings.case_of(work, hosting)
    return HostingView(
        hosting=hosting,
        spec=HostingSpec.from_data(hosting.spec),
        opd=(await people.opd(work, hosting.opd_id)).name,
        server=(await hostings.server(work, hosting.server_id)).name,
        case_number=case.number if case else "",
    )
