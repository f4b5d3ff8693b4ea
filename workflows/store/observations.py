"""What the last looks at hostings and servers found, as it is kept."""

from __future__ import annotations

from sqlalchemy import or_, select

from provisioning.spec import State
from workflows.store import moves
from workflows.store.tables import Hosting, HostingState, Job, Observation, Server, ServerObservation
from workflows.store.tables.hostings import UNDER_WAY
from workflows.store.unit_of_work import UnitOfWork

WATCHED = (State.ACTIVE, State.SUSPENDED)


async def watched_servers(work: UnitOfWork) -> list[Server]:
    """Return the servers that hold hostings, or may: also one that is out of use for new ones."""
    holding = select(Hosting.server_id).where(Hosting.state == HostingState.WANTED)
    query = select(Server).where(or_(Server.active, Server.id.in_(holding))).order_by(Server.name)
    return list(await work.session.scalars(query))


async def standing_on(work: UnitOfWork, server_id: int) -> list[Hosting]:
    """Return the hostings that a server shall serve, as far as no change of them is under way, by domain."""
    under_way = select(Job.id).where(Job.hosting_id == Hosting.id, Job.state.in_(UNDER_WAY)).exists()
    query = select(Hosting).where(Hosting.server_id == server_id, Hosting.stands, ~under_way)
    query = query.where(Hosting.wanted_state.in_(WATCHED))
    return list(await work.session.scalars(query.order_by(Hosting.domain)))


async def slugs_on(work: UnitOfWork, server_id: int) -> set[str]:
    """Return the account names the office knows on a server, also of what is still to be made or removed."""
    query = select(Hosting.slug).where(Hosting.server_id == server_id, Hosting.state != HostingState.RELEASED)
    moving = {hosting.slug for hosting in await moves.taking_room_on(work, server_id)}
    return {*await work.session.scalars(query), *moving}


async def of_hosting(work: UnitOfWork, hosting_id: int) -> Observation | None:
    """Return the newest look at a hosting."""
    return await work.session.get(Observation, hosting_id)


async def of_server(work: UnitOfWork, server_id: int) -> ServerObservation | None:
    """Return the newest nightly look at a server."""
    return await work.session.get(ServerObservation, server_id)


async def drifting_on(work: UnitOfWork, server_id: int) -> list[tuple[Hosting, Observation]]:
    """Return the hostings of a server that are out of step, with what was found, by domain."""
    query = (
        select(Hosting, Observation)
        .join(Observation, Observation.hosting_id == Hosting.id)
        .where(Hosting.server_id == server_id, Hosting.state == HostingState.WANTED, Observation.drift.is_not(None))
        .where(Observation.revision == Hosting.wanted_revision)
        .order_by(Hosting.domain)
    )
    return [(hosting, observation) for hosting, observation in await work.session.execute(query)]
