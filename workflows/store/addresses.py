"""The inventory of IP addresses: which a server has, and which hosting holds which."""

from __future__ import annotations

import ipaddress

from sqlalchemy import or_, select

from workflows.store.hostings import ADOPTING, TAKING
from workflows.store.tables import Address, Hosting
from workflows.store.unit_of_work import UnitOfWork

HOLDING = (*TAKING, ADOPTING)


async def of_server(work: UnitOfWork, server_id: int) -> list[tuple[Address, Hosting | None]]:
    """Return a server's addresses, shared ones first, each with the hosting that holds it."""
    query = (
        select(Address, Hosting)
        .outerjoin(Hosting, (Hosting.id == Address.hosting_id) & Hosting.state.in_(HOLDING))
        .where(Address.server_id == server_id)
    )
    found = [(row, holder) for row, holder in await work.session.execute(query)]
    return sorted(found, key=lambda pair: (pair[0].kind != "shared", _order(pair[0].address)))


async def by_address(work: UnitOfWork, address: str) -> Address | None:
    """Return the row of an address (canonical), whichever server has it."""
    return (await work.session.scalars(select(Address).where(Address.address == address))).first()


async def free_on(work: UnitOfWork, server_id: int, *, also_of: int | None = None) -> list[Address]:
    """Return the dedicated addresses that can be given, lowest first; those that hosting `also_of` holds come first."""
    query = (
        select(Address)
        .outerjoin(Hosting, Hosting.id == Address.hosting_id)
        .where(Address.server_id == server_id, Address.kind == "dedicated")
        .where(or_(Address.active, Address.hosting_id == also_of))
        .where(or_(Address.hosting_id.is_(None), Hosting.state.not_in(HOLDING), Address.hosting_id == also_of))
    )
    found = list(await work.session.scalars(query))
    return sorted(found, key=lambda row: (row.hosting_id != also_of or also_of is None, _order(row.address)))


async def held_by(work: UnitOfWork, hosting_id: int) -> list[Address]:
    """Return the addresses of which a hosting is the holder."""
    return list(await work.session.scalars(select(Address).where(Address.hosting_id == hosting_id)))


def _order(address: str) -> tuple[int, int]:
    parsed = ipaddress.ip_address(address)
    return parsed.version, int(parsed)
