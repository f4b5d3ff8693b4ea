"""The nightly look at every server: whatever somebody changed by hand is found, and the engineers hear of it once.

Level-triggered: a night that was missed or cut off is gone on with whenever the bot runs next, hosting by hosting.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from provisioning.agent import bundle
from provisioning.fleet import ProvisioningError
from provisioning.plan import ServerFacts
from workflows import isolation, servers
from workflows.calendar.nights import night_of
from workflows.hosting.drift_check import check_drift, keep_check
from workflows.isolation import WorkKind, isolated
from workflows.office import Office
from workflows.people.alerts import tell_engineers
from workflows.store import hostings, observations
from workflows.store.tables import Server, ServerObservation
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.upkeep import certificate_watch, tidying, updates

AGAIN = dt.timedelta(hours=1)  # until a server that could not be asked is asked again
SIDE_BY_SIDE = 4  # servers; the hostings of one are looked at one after another


async def check_drift_nightly(office: Office, database: Database) -> None:
    """Look at every server that has not been looked at since the night began; nothing where all were."""
    async with database.read() as work:
        night, resting = night_of(work.now), await isolation.put_off(work, WorkKind.DRIFT)
        watched = [server for server in await observations.watched_servers(work) if server.id not in resting]
        due = [server for server in watched if await _is_due(work, server, night)]
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(server: Server) -> None:
        async with gate, isolated(database, WorkKind.DRIFT, server.id):
            await _look_at(office, database, server, night)

    async with asyncio.TaskGroup() as group:
        for server in due:
            group.create_task(one(server))


async def _is_due(work: UnitOfWork, server: Server, night: dt.date) -> bool:
    row = await observations.of_server(work, server.id)
    if row is None or row.night is None or row.night < night:
        unanswered = row is not None and bool(row.told.get("error"))
        return row is None or not unanswered or work.now >= row.attempted_at + AGAIN
    return False


async def _look_at(office: Office, database: Database, server: Server, night: dt.date) -> None:
    """Look at one server and all it holds, keep each look at once, and tell what is new at the end."""
    try:
        facts = await office.fleet.facts(servers.address(server))
        await certificate_watch.check_certificates(office, database, server)
        await updates.check_updates(office, database, server)
        await tidying.tidy_server(office, server)
        await _look_at_hostings(office, database, server, night)
    except ProvisioningError as error:
        async with database.write() as work:
            await _tell(work, server, {"error": str(error.code)}, finished=None)
        return
    async with database.write() as work:
        await _tell(work, server, await _state(work, server, facts), finished=night)


async def _look_at_hostings(office: Office, database: Database, server: Server, night: dt.date) -> None:
    """Look at each in turn. Raises `ProvisioningError` where the server can no longer be asked."""
    async with database.read() as work:
        standing = await observations.standing_on(work, server.id)
        seen = [await observations.of_hosting(work, hosting.id) for hosting in standing]
    for hosting, before in zip(standing, seen, strict=True):
        if before is not None and before.night is not None and before.night >= night:
            continue  # looked at before the run was cut off
        found = await check_drift(office, server, hosting)
        if found.unasked and found.error is not None:
            raise found.error
        async with database.write() as work:
            present = await hostings.lock(work, hosting.id)
            if present is None or await hostings.is_busy(work, present.id):
                continue  # what was found may be half of somebody's work
            await keep_check(work, present, found, night=night)


async def _state(work: UnitOfWork, server: Server, facts: ServerFacts) -> dict[str, Any]:
    """Return all that engineers shall know of a server, fit to be compared with what they were told."""
    known = await observations.slugs_on(work, server.id)
    drifting = await observations.drifting_on(work, server.id)
    return {
        "strangers": sorted(set(facts.hostings or ()) - known),
        "outdated": facts.agent_version if facts.agent_version != bundle.version() else "",
        "drifts": {str(hosting.id): observation.drift for hosting, observation in drifting},
    }


async def _tell(work: UnitOfWork, server: Server, state: dict[str, Any], *, finished: dt.date | None) -> None:
    """Note what was found, and send one message where it is not what was told before."""
    await work.lock_record()
    row = await observations.of_server(work, server.id)
    if row is None:
        row = ServerObservation(server_id=server.id, night=None, attempted_at=work.now, told={})
        work.add(row)
    elif finished is not None and row.night is not None and row.night >= finished:
        return  # another process has told it
    before, row.attempted_at, row.night = row.told, work.now, finished or row.night
    if finished is None:
        state = {**before, **state}  # what was told of the hostings stands until the server can be asked
    else:
        state["error"] = ""
    row.told = state
    if _news(before) == _news(state):
        return
    settled = sorted(int(key) for key in before.get("drifts", {}).keys() - state.get("drifts", {}).keys())
    await tell_engineers(work, server.id, "drift", {"server": server.id, "settled": settled, "loud": True})


def _news(told: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(told.get(key) or None for key in ("error", "strangers", "outdated", "drifts"))
