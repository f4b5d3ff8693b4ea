"""Holding and giving back capacity (SOP step 4): what one case was promised, another cannot be.

Everything is promised under the server's lock and in the transaction of the press: capacity by the spec of a hosting
that is `reserved`, a dedicated address by its one holder. It is held until the case is refused or withdrawn, or until
what was built is removed; no promise ends by itself.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping

from provisioning.spec import HostingSpec
from workflows import capacity
from workflows.cases.case_context import CaseContext
from workflows.hosting import hosting_spec
from workflows.hosting.server_capacity import FACTS_AGE, CapacityNeed, capacity_on, next_best
from workflows.refusal import Refused
from workflows.store import addresses, hostings, people
from workflows.store.tables import Address, Hosting, HostingState, Server
from workflows.store.unit_of_work import UnitOfWork

DEDICATED = "tersendiri"  # the answer to `alamat` of form `server`


async def reserve(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Reserve the chosen package on the chosen server, in place of what the case held before.

    Raises `Refused`: server_unknown, server_no_data, server_data_old, php_missing, capacity_lacking, address_lacking.
    """
    work, case = context.work, context.case
    choice = context.answers("server")
    server = await _locked(work, str(choice["server"]))
    before = await hostings.of_case(work, case.id)
    spec = await _spec(context, server, before)
    dedicated = choice.get("alamat") == DEDICATED
    await _check_room(work, server, spec, case_id=case.id, dedicated=dedicated)
    if before is None:
        before = Hosting(case_id=case.id, opd_id=case.opd_id, state=HostingState.RESERVED, created_at=work.now)
        work.add(before)
    before.server_id, before.slug, before.domain = server.id, spec.slug, spec.domains[0]
    before.spec = spec
    await work.flush()
    held = await _hold_addresses(work, server, before, dedicated=dedicated)
    before.spec = dataclasses.replace(spec, addresses=held)


async def release(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Give back what is only reserved; what is built is removed by its own effect."""
    hosting = await hostings.of_case(context.work, context.case.id)
    if hosting is not None and hosting.state == HostingState.RESERVED:
        hosting.state = HostingState.RELEASED


async def _locked(work: UnitOfWork, name: str) -> Server:
    found = await hostings.server_by_name(work, name)
    server = await hostings.lock_server(work, found.id) if found else None
    if server is None or not server.active:
        raise Refused("server_unknown")
    if not server.has_answered or server.facts_at is None:
        raise Refused("server_no_data", {"server": server.name})
    if work.now - server.facts_at > FACTS_AGE:
        raise Refused("server_data_old", {"server": server.name, "at": server.facts_at.isoformat()})
    return server


async def _spec(context: CaseContext, server: Server, before: Hosting | None) -> HostingSpec:
    answers, work = context.answers("permohonan"), context.work
    return hosting_spec.spec(
        answers,
        context.sop.package(context.answers("server")["paket"]),
        zone=server.zone,
        account=before.slug if before else await new_slug(work, answers["subdomain"]),
        owner=(await people.opd(work, context.case.opd_id)).name,
    )


async def _check_room(work: UnitOfWork, server: Server, spec: HostingSpec, *, case_id: int, dedicated: bool) -> None:
    """Raise `Refused` where the server cannot promise all of it; it says which server could."""
    need = CapacityNeed(capacity=capacity.share_of(spec), php=spec.php_version, dedicated=dedicated)
    room = await capacity_on(work, server, case_id)
    if room.fits(need):
        return
    other = await next_best(work, need, case_id=case_id, instead_of=server.name)
    if need.php and need.php not in server.facts.php_versions:
        raise Refused("php_missing", {"php": need.php, "server": server.name, "other": other})
    if (left := room.after(need)) is not None and left.lacking:
        raise Refused("capacity_lacking", {"server": server.name, "lacking": list(left.lacking), "other": other})
    raise Refused("address_lacking", {"server": server.name, "other": other})


async def _hold_addresses(work: UnitOfWork, server: Server, hosting: Hosting, *, dedicated: bool) -> tuple[str, ...]:
    """Make the hosting the holder of one dedicated address of each IP version there is, or of none."""
    chosen: dict[int, Address] = {}
    for row in await addresses.free_on(work, server.id, also_of=hosting.id) if dedicated else ():
        chosen.setdefault(ipaddress.ip_address(row.address).version, row)
    for row in await addresses.held_by(work, hosting.id):
        row.hosting_id = None
    await work.flush()
    for row in chosen.values():
        row.hosting_id = hosting.id
    await work.flush()
    return tuple(row.address for _, row in sorted(chosen.items()))


async def new_slug(work: UnitOfWork, subdomain: str) -> str:
    """Return an account name for a new hosting of a subdomain, which no hosting ever had."""
    nth = 1
    while await hostings.slug_used(work, slug := hosting_spec.slug(subdomain, nth)):
        nth += 1
    return slug
