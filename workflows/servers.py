"""The servers as the office knows them: their address for the agent's door, and what their agents said last."""

from __future__ import annotations

import asyncio

from provisioning.fleet import ProvisioningError, ServerAddress
from workflows.office import Office
from workflows.store import hostings
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database

PATIENCE_SECONDS = 8.0


def address(server: Server) -> ServerAddress:
    """Return what the fleet needs to reach a server."""
    return ServerAddress(name=server.name, host=server.host, port=server.port, host_key=server.host_key)


async def refresh(office: Office, database: Database) -> None:
    """Ask every server for its live data at once and keep the answers; one that does not answer keeps its last."""
    async with database.read() as work:
        found = await hostings.servers(work)
    answers = await asyncio.gather(*(_facts(office, server) for server in found))
    async with database.write() as work:
        for server, facts in zip(found, answers, strict=True):
            if facts is not None:
                row = await hostings.server(work, server.id)
                row.facts, row.facts_at = facts, work.now


async def _facts(office: Office, server: Server) -> dict[str, object] | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await office.fleet.facts(address(server))).to_data()
    except (ProvisioningError, TimeoutError):
        return None
