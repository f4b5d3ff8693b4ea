"""The servers as the office knows them: their address for the agent's door, and what their agents said last."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from provisioning.fleet import ProvisioningError, ServerAddress
from workflows.office import Office
from workflows.store import hostings, ledger
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database, UnitOfWork

PATIENCE_SECONDS = 8.0


def address(server: Server) -> ServerAddress:
    """Return what the fleet needs to reach a server."""
    return ServerAddress(name=server.name, host=server.host, port=server.port, host_key=server.host_key)


def fingerprint(host_key: str) -> str:
    """Return a public key line's SHA-256 fingerprint, written as `ssh-keygen -l` and SFTP programs show it."""
    digest = hashlib.sha256(base64.b64decode(host_key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewServer:
    """An enrolled server to be taken into use. `name_server` is asked when its names are verified."""

    name: str
    host: str
    port: int
    host_key: str
    zone: str
    name_server: str
    facts: Mapping[str, Any]


async def keep(work: UnitOfWork, new: NewServer) -> Server:
    """Take an enrolled server into use; one of the same name is the same server, enrolled again."""
    row = await hostings.server_by_name(work, new.name)
    if row is None:
        row = Server(name=new.name, created_at=work.now)
        work.add(row)
    row.host, row.port, row.host_key = new.host, new.port, new.host_key
    row.zone, row.name_server, row.active = new.zone, new.name_server, True
    row.facts, row.facts_at = dict(new.facts), work.now
    await work.flush()
    data = {"server": row.id, "name": new.name, "host": new.host, "host_key": new.host_key}
    await ledger.append(work, "server.enrolled", data=data)
    return row


async def retire(work: UnitOfWork, name: str) -> bool:
    """Take a server out of use: nothing new is made on it. Return False where there is none of this name."""
    row = await hostings.server_by_name(work, name)
    if row is None:
        return False
    if row.active:
        row.active = False
        await ledger.append(work, "server.retired", data={"server": row.id, "name": row.name})
    return True


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
