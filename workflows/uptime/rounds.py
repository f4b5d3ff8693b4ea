"""Looking at every site whose turn it is, side by side, and keeping what was seen in one transaction.

Level-triggered: a round that was cut off left nothing, and its sites are still due.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import random

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.spec import HostingSpec
from provisioning.uptime import Availability, Cause
from workflows import servers
from workflows.office import Office
from workflows.store import hostings, uptime
from workflows.store.tables import Hosting, Server, SiteWatch
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.uptime.outages import take_note
from workflows.uptime.pulse import Pulse

AT_ONCE = 32
ROUND_MAX = 400  # sites; what is due beyond them has the next round
DETAIL_MAX = 600
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SiteCheck:
    """What was seen of a hosting as it was wanted then."""

    hosting_id: int
    revision: int
    seen: Availability


async def check_uptime(office: Office, database: Database, usual: dt.timedelta) -> None:
    """Look at all that is due; `usual` is the pause between two looks at a site."""
    async with database.read() as work:
        due = await uptime.due(work, ROUND_MAX)
        if not due and not await uptime.open_outages(work):
            return
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(hosting: Hosting, server: Server) -> SiteCheck:
        async with gate:
            seen = await _look(office, hosting, server)
            return SiteCheck(hosting_id=hosting.id, revision=hosting.wanted_revision, seen=seen)

    looks = await asyncio.gather(*(one(*pair) for pair in due))
    async with database.write() as work:
        changed = [row for look in looks if (row := await keep_check(work, look, usual)) is not None]
        await take_note(work, changed)


async def _look(office: Office, hosting: Hosting, server: Server) -> Availability:
    try:
        return await office.fleet.outside.availability(
            servers.address(server),
            _spec_that_stands(hosting),
            dns=server.name_server,
            addresses=server.facts.addresses_shared,
        )
    except ProvisioningError as error:
        return Availability(cause=Cause.NAME, detail=error.detail)
    except Exception as defect:  # one site that we cannot look at must not hide the others
        log.exception("look_defect", hosting=hosting.id)
        return Availability(cause=Cause.NO_ANSWER, detail=type(defect).__name__)


def _spec_that_stands(hosting: Hosting) -> HostingSpec:
    """Return what is wanted; after a change that failed with the first name alone, for others may not be there yet."""
    spec = hosting.spec
    is_met = hosting.applied_revision == hosting.wanted_revision
    return spec if is_met else dataclasses.replace(spec, domains=spec.domains[:1])


async def keep_check(work: UnitOfWork, look: SiteCheck, usual: dt.timedelta) -> SiteWatch | None:
    """Keep a look; return its row, None where the hosting has come to be wanted otherwise meanwhile."""
    hosting = await hostings.get(work, look.hosting_id)
    if hosting is None or hosting.wanted_revision != look.revision or not await uptime.is_watched(work, hosting.id):
        return None
    row = await uptime.of_hosting(work, hosting.id)
    if row is None:
        row = SiteWatch(hosting_id=hosting.id, up=True, doubts=0, since=work.now)
        work.add(row)
    pulse = Pulse(up=row.up, doubts=row.doubts).after(there=look.seen.cause is None)
    row.up, row.doubts = pulse.up, pulse.doubts
    row.cause = None if look.seen.cause is None else str(look.seen.cause)
    row.detail = look.seen.detail[:DETAIL_MAX]
    row.looked_at, row.due_at = work.now, work.now + pulse.pause(usual, random.random())  # noqa: S311 - a jitter
    if look.seen.expires is not None:
        row.certificate_expires, row.certificate_trusted = look.seen.expires, look.seen.trusted
    return row
