"""The hourly count: every server is asked what its hostings take and served, and whoever must hear of it does.

Level-triggered: an hour that was missed or cut off is made up for by the next, which asks back to the last whole count.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.usage_report import DayTraffic, HostingMeasurement, Measurement
from workflows import isolation, servers
from workflows.isolation import WorkKind, isolated
from workflows.office import Office
from workflows.people.members import today
from workflows.store import observations, usage
from workflows.store.tables import Hosting, Server, UsageSample
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.usage import warnings
from workflows.words import WITA

EVERY = dt.timedelta(hours=1)
AGAIN = dt.timedelta(minutes=10)  # until a server that did not answer is asked again
ON = dt.timedelta(seconds=50)  # until one is that has answered, and had more to count than fitted into one answer
AT_FIRST = dt.timedelta(days=30)  # how far back a server is asked of which nothing is known: its logs reach no further
LATE = dt.timedelta(days=1)  # before the last count: what began on that day may have ended since
SIDE_BY_SIDE = 4  # servers
log = structlog.get_logger(__name__)


async def count_due_servers(office: Office, database: Database) -> None:
    """Count on every server that is due; nothing where none is."""
    async with database.read() as work:
        resting = await isolation.put_off(work, WorkKind.USAGE)
        watched = [server for server in await observations.watched_servers(work) if server.id not in resting]
        due = [server for server in watched if await _is_due(work, server)]
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(server: Server) -> None:
        async with gate, isolated(database, WorkKind.USAGE, server.id):
            await count_server(office, database, server)

    async with asyncio.TaskGroup() as group:
        for server in due:
            group.create_task(one(server))


async def _is_due(work: UnitOfWork, server: Server) -> bool:
    row = await usage.watch(work, server.id)
    if row is None:
        return True
    if not row.answered:
        return work.now >= row.asked_at + AGAIN
    is_whole = row.counted_at is not None and row.counted_at >= row.asked_at
    return work.now >= row.asked_at + (EVERY if is_whole else ON)


async def count_server(office: Office, database: Database, server: Server) -> None:
    """Ask one server, and keep what it says in one transaction; a failure is kept as such."""
    async with database.read() as work:
        known = await usage.watch(work, server.id)
        counted_at = known.counted_at if known else None
        since = today(work) - AT_FIRST if counted_at is None else counted_at.astimezone(WITA).date() - LATE
    try:
        found = await office.fleet.measure(servers.address(server), since)
    except ProvisioningError as error:
        log.warning("usage_not_counted", server=server.name, code=str(error.code))
        found = None
    async with database.write() as work:
        row = await usage.hold(work, server.id)
        row.asked_at, row.answered = work.now, found is not None
        if found is not None:
            await _keep(work, server, found, since)
            row.counted_at = work.now if found.whole else row.counted_at


async def _keep(work: UnitOfWork, server: Server, found: Measurement, since: dt.date) -> None:
    known, left = await usage.hostings_on(work, server.id), await usage.left(work, server.id)
    counted = [(known[each.slug], each) for each in found.hostings if each.slug in known]
    gone = [(left[each.slug], each) for each in found.hostings if each.slug in left]
    ids = [hosting.id for hosting, _ in counted] + [hosting.id for (hosting, _), _ in gone]
    samples = await usage.samples(work, ids, since, today(work))
    rows = {one: {row.day: row for row in samples[one] if row.server_id == server.id} for one in ids}
    for hosting, each in counted:
        _keep_one(work, hosting, each, rows[hosting.id])
    for (hosting, opened_at), each in gone:
        last = opened_at.astimezone(WITA).date()
        before = {day: traffic for day, traffic in each.days.items() if day <= last}
        _keep_what_it_left(work, server, hosting, before, rows[hosting.id])
    await work.flush()
    await warnings.send_warnings(work, [hosting for hosting, _ in counted if hosting.copy_of is None])


def _keep_what_it_left(
    work: UnitOfWork,
    server: Server,
    hosting: Hosting,
    days: Mapping[dt.date, DayTraffic],
    rows: Mapping[dt.date, UsageSample],
) -> None:
    """Keep the traffic up to the day on which a hosting was led away: some came after the last count before that.

    What its copy takes there is nobody's use, nor are visitors who come to it later.
    """
    for day, traffic in days.items():
        row = rows.get(day)
        if row is None:
            row = usage.new_day(hosting, server.id, day)
            work.add(row)
        usage.grow(row, vars(traffic))


def _keep_one(work: UnitOfWork, hosting: Hosting, found: HostingMeasurement, rows: dict[dt.date, UsageSample]) -> None:
    present = today(work)
    for day in {*found.days, present}:
        if day > present:
            continue  # a server whose clock is wrong
        row = rows.get(day)
        if row is None:
            row = usage.new_day(hosting, hosting.server_id, day)
            work.add(row)
        if day in found.days:
            usage.grow(row, vars(found.days[day]))
        if day == present:
            row.disk_bytes, row.inodes, row.measured_at = found.disk_bytes, found.inodes, work.now
            if found.database_bytes is not None:
                spec = hosting.spec_if_readable
                row.database_bytes = found.database_bytes if spec is None or spec.database else None
