"""Live data of the servers for the assessment (SOP step 4): whole, promised, needed and what stays free."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from provisioning.plan import ServerFacts
from provisioning.spec import Kind, Limits
from workflows import capacity
from workflows.capacity import Capacity
from workflows.engine.description import Sop
from workflows.hosting.reserve import DEDICATED
from workflows.hosting.server_capacity import CapacityNeed, capacity_on
from workflows.store import hostings
from workflows.store.tables import Case, Server
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerView:
    """One server. `facts` are those of `facts_at`, which is None where it never answered."""

    server: Server
    facts: ServerFacts
    facts_at: dt.datetime | None
    total: Capacity | None
    promised: Capacity
    needed: Capacity
    free_after: Capacity | None
    php_missing: str | None  # the version the request needs and the server lacks
    chosen: bool
    fits: bool  # whether the request can be promised here
    addresses_free: tuple[str, ...] = ()  # dedicated ones


async def server_views(work: UnitOfWork, sop: Sop, case: Case) -> list[ServerView]:
    """Return every server with what the case needs of it (the chosen package, else the one asked for)."""
    answers = case.facts["permohonan"]
    choice = case.facts.get("server", {})
    package = sop.package(choice.get("paket") or answers["paket"])
    kind, database = Kind(answers["jenis"]), bool(answers["basis_data"])
    need = CapacityNeed(
        capacity=capacity.needed(Limits(**package.limits), kind=kind, database=database),
        php=answers.get("versi_php"),
        dedicated=choice.get("alamat") == DEDICATED,
    )
    return [await _view(work, server, case, need, choice) for server in await hostings.servers(work)]


async def _view(
    work: UnitOfWork, server: Server, case: Case, need: CapacityNeed, choice: Mapping[str, Any]
) -> ServerView:
    room = await capacity_on(work, server, case.id)
    php = need.php
    return ServerView(
        server=server,
        facts=server.facts,
        facts_at=server.facts_at,
        total=room.total,
        promised=room.promised,
        needed=need.capacity,
        free_after=room.after(need),
        php_missing=php if php and server.has_answered and php not in server.facts.php_versions else None,
        chosen=choice.get("server") == server.name,
        fits=room.fits(need),
        addresses_free=room.addresses,
    )
