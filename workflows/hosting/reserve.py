"""Holding and giving back capacity (SOP step 4): what one case was promised, another cannot be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workflows.hosting import capacity, wanted
from workflows.occasion import Occasion
from workflows.refusal import Refused
from workflows.store import hostings, people
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import UnitOfWork


async def reserve(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Reserve the chosen package on the chosen server, in place of what the case held before.

    Raises `Refused`: server_unknown, server_no_data, php_missing, capacity_lacking.
    """
    work, case = occasion.work, occasion.case
    choice, answers = occasion.answers("server"), occasion.answers("permohonan")
    server = await hostings.server_by_name(work, str(choice["server"]))
    if server is None or not server.active:
        raise Refused("server_unknown")
    server = await hostings.lock_server(work, server.id)
    before = await hostings.of_case(work, case.id)
    opd = await people.opd(work, case.opd_id)
    spec = wanted.spec(
        answers,
        occasion.sop.package(choice["paket"]),
        zone=server.zone,
        account=before.slug if before else await _new_slug(work, answers["subdomain"]),
        owner=opd.name,
    )
    if spec.php_version and server.facts and spec.php_version not in server.facts["php_versions"]:
        raise Refused("php_missing", {"php": spec.php_version, "server": server.name})
    if before is None:
        before = Hosting(case_id=case.id, opd_id=case.opd_id, state="reserved", created_at=work.now)
        work.add(before)
    before.server_id, before.slug, before.domain = server.id, spec.slug, spec.domains[0]
    before.spec = dataclasses.asdict(spec)
    await work.flush()
    await _check_room(work, server, before)


async def release(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Give back what is only reserved; what is built is removed by its own effect."""
    hosting = await hostings.of_case(occasion.work, occasion.case.id)
    if hosting is not None and hosting.state == "reserved":
        hosting.state = "released"


async def _check_room(work: UnitOfWork, server: Server, asked: Hosting) -> None:
    if not server.facts:
        raise Refused("server_no_data", {"server": server.name})
    others = [held.spec for held in await hostings.held_on(work, server.id) if held.id != asked.id]
    free = capacity.free(server.facts, capacity.promised(others)).minus(capacity.promised([asked.spec]))
    if free.lacking:
        raise Refused("capacity_lacking", {"server": server.name, "lacking": list(free.lacking)})


async def _new_slug(work: UnitOfWork, subdomain: str) -> str:
    turn = 1
    while await hostings.slug_used(work, slug := wanted.slug(subdomain, turn)):
        turn += 1
    return slug
