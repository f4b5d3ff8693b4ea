"""The servers as the office knows them: their address for the agent's door, and what their agents said last."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import ipaddress

from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.plan import ServerFacts
from workflows.capacity import Shares
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import addresses, hostings, ledger
from workflows.store.tables import Address, Server
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
    facts: ServerFacts


async def register_server(work: UnitOfWork, new: NewServer) -> Server:
    """Take an enrolled server into use; one of the same name is the same server, enrolled again.

    Raises `Refused` (address_taken) where another server in use has one of its addresses.
    """
    row = await hostings.server_by_name(work, new.name)
    if row is None:
        row = Server(name=new.name, created_at=work.now)
        work.add(row)
    row.host, row.port, row.host_key = new.host, new.port, new.host_key
    row.zone, row.name_server, row.active = new.zone, new.name_server, True
    row.facts, row.facts_at = new.facts, work.now
    await work.flush()
    await _keep_addresses(work, row)
    data = {"server": row.id, "name": new.name, "host": new.host, "host_key": new.host_key}
    await ledger.append(work, "server.enrolled", data=data)
    return row


async def _keep_addresses(work: UnitOfWork, server: Server) -> None:
    """Make the inventory what the agent was told; an address that it was told no more is given to nobody new."""
    told, facts = set(), server.facts
    for among, is_dedicated in ((facts.addresses_shared, False), (facts.addresses_dedicated, True)):
        for one in among:
            told.add((await add_address(work, server, one, dedicated=is_dedicated)).address)
    for row, _ in await addresses.of_server(work, server.id):
        row.active = row.active and row.address in told


async def retire(work: UnitOfWork, name: str) -> bool:
    """Take a server out of use: nothing new is made on it. Return False where there is none of this name."""
    row = await hostings.server_by_name(work, name)
    if row is None:
        return False
    if row.active:
        row.active = False
        await ledger.append(work, "server.retired", data={"server": row.id, "name": row.name})
    return True


async def add_address(work: UnitOfWork, server: Server, text: str, *, dedicated: bool) -> Address:
    """Put an address into the inventory, or back into use. Raises `Refused`: address_invalid, address_taken."""
    address, kind = _canonical(text), "dedicated" if dedicated else "shared"
    row = await addresses.by_address(work, address)
    if row is None:
        row = Address(server_id=server.id, address=address, kind=kind, active=True, created_at=work.now)
        work.add(row)
    elif row.server_id != server.id or row.kind != kind:
        await _let_change(work, row)
        row.server_id, row.kind, row.hosting_id = server.id, kind, None
    row.active = True
    await work.flush()
    return row


async def retire_address(work: UnitOfWork, server: Server, text: str) -> None:
    """Give an address to nobody new. Raises `Refused`: address_unknown, address_held, address_last."""
    rows = {row.address: (row, holder) for row, holder in await addresses.of_server(work, server.id) if row.active}
    if (address := _canonical(text)) not in rows:
        raise Refused("address_unknown", {"address": address, "server": server.name})
    row, holder = rows[address]
    if holder is not None:
        raise Refused("address_held", {"address": address, "domain": holder.domain})
    if row.kind == "shared" and sum(other.kind == "shared" for other, _ in rows.values()) == 1:
        raise Refused("address_last", {"address": address, "server": server.name})
    row.active = False
    await ledger.append(work, "address.retired", data={"server": server.id, "address": address})


async def set_shares(work: UnitOfWork, server: Server, shares: Shares) -> None:
    """Set how much of a server may be promised in all; what is promised already stays promised."""
    given = dataclasses.asdict(shares)
    for name, percent in given.items():
        setattr(server, name, percent)
    await ledger.append(work, "shares.set", data={"server": server.id, **given})


def _canonical(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise Refused("address_invalid", {"address": text}) from error


async def _let_change(work: UnitOfWork, row: Address) -> None:
    """Raise `Refused` (address_taken) for an address that is in use, on this server or another."""
    owner = await hostings.server(work, row.server_id)
    held = any(one.id == row.id and holder is not None for one, holder in await addresses.of_server(work, owner.id))
    if held or (row.active and owner.active):
        raise Refused("address_taken", {"address": row.address, "server": owner.name})


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


async def _facts(office: Office, server: Server) -> ServerFacts | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await office.fleet.facts(address(server))
    except (ProvisioningError, TimeoutError):
        return None
