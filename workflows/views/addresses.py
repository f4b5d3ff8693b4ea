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
        known = await addresses.of_server(work, server.id)
        apart = {holder.id for _, holder in known if holder}
        sharing = [one for one in await hostings.taking_room_on(work, server.id) if one.id not in apart]
        for row, holder in known:
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
    return tuple(sorted(name for one in having for name in _names_of(one)))


def _names_of(hosting: Hosting) -> tuple[str, ...]:
    """Return its names; of one whose spec cannot be read the first, so that the register shows all others."""
    spec = hosting.spec_if_readable
    return spec.names if spec else (hosting.domain,)
