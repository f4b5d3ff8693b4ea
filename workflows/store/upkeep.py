"""What servers said last of their pending updates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from workflows.store.tables import Hosting, Server, ServerUpdates
from workflows.store.unit_of_work import UnitOfWork


async def of_server(work: UnitOfWork, server_id: int) -> ServerUpdates | None:
    """Return what one server said last."""
    return await work.session.get(ServerUpdates, server_id)


async def keep(work: UnitOfWork, server_id: int, pending: dict[str, Any], asked_at: dt.datetime) -> None:
    """Keep what a server says."""
    row = await work.session.get(ServerUpdates, server_id)
    if row is None:
        work.add(ServerUpdates(server_id=server_id, pending=pending, asked_at=asked_at))
    else:
        row.pending, row.asked_at = pending, asked_at


async def of_servers(work: UnitOfWork) -> list[tuple[Server, ServerUpdates]]:
    """Return what the servers in use said last, by name."""
    query = select(Server, ServerUpdates).join(ServerUpdates, ServerUpdates.server_id == Server.id)
    found = await work.session.execute(query.where(Server.active).order_by(Server.name))
    return [(server, updates) for server, updates in found]


async def php_hostings(work: UnitOfWork) -> list[tuple[Hosting, Server, str]]:
    """Return every hosting that stands and has PHP, with its server and its version of PHP, by domain."""
    version = Hosting.spec_data["php_version"].as_string()
    query = select(Hosting, Server, version).join(Server, Server.id == Hosting.server_id)
    found = await work.session.execute(query.where(Hosting.stands, version.is_not(None)).order_by(Hosting.domain))
    return [(hosting, server, php) for hosting, server, php in found]
