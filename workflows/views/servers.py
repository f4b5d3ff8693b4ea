"""Live data of the servers for the assessment (SOP step 4): whole, promised, needed and what stays free."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from provisioning.spec import Limits
from workflows.engine.description import Sop
from workflows.hosting import capacity
from workflows.hosting.capacity import Capacity
from workflows.store import hostings
from workflows.store.tables import Case, Server
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerView:
    """One server. `facts` are `provisioning.plan.ServerFacts` as data, empty where it never answered."""

    server: Server
    facts: Mapping[str, Any]
    facts_at: dt.datetime | None
    total: Capacity | None
    promised: Capacity
    needed: Capacity
    free_after: Capacity | None
    php_missing: str | None  # the version the request needs and the server lacks
    chosen: bool

    @property
    def fits(self) -> bool:
        """Whether the request can be promised here."""
        return self.free_after is not None and not self.free_after.lacking and self.php_missing is None


async def server_views(work: UnitOfWork, sop: Sop, case: Case) -> list[ServerView]:
    """Return every server with what the case needs of it (the chosen package, else the one asked for)."""
    answers = case.facts["permohonan"]
    choice = case.facts.get("server", {})
    package = sop.package(choice.get("paket") or answers["paket"])
    need = capacity.needed(Limits(**package.limits), database=bool(answers["basis_data"]))
    return [await _view(work, server, case, need, choice) for server in await hostings.servers(work)]


async def _view(work: UnitOfWork, server: Server, case: Case, need: Capacity, choice: Mapping[str, Any]) -> ServerView:
    held = await hostings.held_on(work, server.id)
    promised = capacity.promised(hosting.spec for hosting in held if hosting.case_id != case.id)
    total = capacity.total(server.facts) if server.facts else None
    php = case.facts["permohonan"].get("versi_php")
    return ServerView(
        server=server,
        facts=server.facts,
        facts_at=server.facts_at,
        total=total,
        promised=promised,
        needed=need,
        free_after=capacity.free(server.facts, promised).minus(need) if total else None,
        php_missing=php if php and server.facts and php not in server.facts["php_versions"] else None,
        chosen=choice.get("server") == server.name,
    )
