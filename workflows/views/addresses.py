"""The register of IP addresses and subdomains (SOP, "Pencatatan dan Pendataan"): who has which."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from workflows.roles import ENGINEER, KABID, KEPALA_DKISP, SUB_KOORDINATOR
from workflows.store import addresses, hostings
from workflows.store.tables import Hosting, HostingState
from workflows.store.unit_of_work import UnitOfWork

READERS = (KABID, SUB_KOORDINATOR, ENGINEER, KEPALA_DKISP)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddressLine:
    """One address of a server and the names that lead to it; `reserved` ones are promised and not built yet."""

    server: str
    address: str
    dedicated: bool
    active: bool
    names: tuple[str, ...]
    reserved: tuple[str, ...]


async def register(work: UnitOfWork) -> list[AddressLine]:
    """Return every address of the servers in use, by server. A retired address stands as long as somebody has it."""
    lines = []
    for server in await hostings.servers(work):
        sharing = [one for one in await hostings.taking_room_on(work, server.id) if not one.spec["addresses"]]
        for row, holder in await addresses.of_server(work, server.id):
            dedicated = row.kind == "dedicated"
            having = ([holder] if holder else []) if dedicated else sharing
            if row.active or having:
                lines.append(_line(server.name, row.address, having, dedicated=dedicated, active=row.active))
    return lines


def _line(server: str, address: str, having: list[Hosting], *, dedicated: bool, active: bool) -> AddressLine:
    return AddressLine(
        server=server,
        address=address,
        dedicated=dedicated,
        active=active,
        names=_names(one for one in having if one.state != HostingState.RESERVED),
        reserved=_names(one for one in having if one.state == HostingState.RESERVED),
    )


def _names(having: Iterable[Hosting]) -> tuple[str, ...]:
    return tuple(sorted(name for one in having for name in (*one.spec["domains"], *one.spec.get("custom_domains", ()))))
