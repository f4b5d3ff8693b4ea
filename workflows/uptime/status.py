"""How the sites do, read from the store: for the status page, and for one incident as it is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from workflows.office import Office
from workflows.people.insiders import sees_all
from workflows.people.members import Member
from workflows.store import hostings, uptime
from workflows.store.tables import Incident, Outage, SiteWatch
from workflows.store.unit_of_work import UnitOfWork

SPAN = dt.timedelta(days=30)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Site:
    """One site. `share` is the part of the last 30 days it was there (0 to 1), None where nobody has looked yet."""

    domain: str
    server: str
    row: SiteWatch | None
    down_since: dt.datetime | None
    share: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Status:
    """All sites at an instant, by server and domain."""

    at: dt.datetime
    sites: Sequence[Site]

    @property
    def down(self) -> list[Site]:
        """The sites that are not there."""
        return [site for site in self.sites if site.down_since is not None]

    @property
    def unknown(self) -> list[Site]:
        """The sites that nobody has looked at yet."""
        return [site for site in self.sites if site.row is None]

    @property
    def up(self) -> int:
        """How many sites are there."""
        return len(self.sites) - len(self.down) - len(self.unknown)


@dataclasses.dataclass(frozen=True, kw_only=True)
class IncidentView:
    """An incident as it is now. `watched` is how many sites of the server there are to look at."""

    incident: Incident
    server: str
    outages: Sequence[tuple[Outage, str]]  # with the domain
    watched: int

    @property
    def whole_server(self) -> bool:
        """Whether every site of a server that has several is down: then it is the server's trouble."""
        down = {domain for outage, domain in self.outages if outage.ended_at is None}
        return len(down) > 1 and len(down) >= self.watched


async def status_of(office: Office, work: UnitOfWork, member: Member) -> Status | None:
    """Return how all sites do; None for whoever is not of DKISP."""
    return await status(work) if sees_all(office, member) else None


async def status(work: UnitOfWork) -> Status:
    """Return how all sites do, in two questions however many they are."""
    begin = work.now - SPAN
    outages: dict[int, list[Outage]] = defaultdict(list)
    for outage in await uptime.outages_since(work, begin):
        outages[outage.hosting_id].append(outage)
    sites = []
    for hosting, server, row in await uptime.all_sites(work):
        mine = outages[hosting.id]
        under_way = next((outage for outage in mine if outage.ended_at is None), None)
        since = under_way.began_at if under_way else None
        share = None if row is None else share_there(mine, max(begin, row.since), work.now)
        sites.append(Site(domain=hosting.domain, server=server.name, row=row, down_since=since, share=share))
    return Status(at=work.now, sites=sites)


def share_there(outages: Sequence[Outage], begin: dt.datetime, end: dt.datetime) -> float:
    """Return the part of a span in which a site was there, 0 to 1. Pure."""
    if end <= begin:
        return 0.0 if any(outage.ended_at is None for outage in outages) else 1.0
    missed = sum(
        (max(min(outage.ended_at or end, end) - max(outage.began_at, begin), dt.timedelta()) for outage in outages),
        dt.timedelta(),
    )
    return 1 - missed / (end - begin)


async def incident_view(work: UnitOfWork, incident_id: int) -> IncidentView | None:
    """Return an incident, None where there is none of that number."""
    incident = await uptime.incident(work, incident_id)
    if incident is None:
        return None
    server = await hostings.server(work, incident.server_id)
    watched = sum(one.id == server.id for _, one, _ in await uptime.all_sites(work))
    outages = [(outage, hosting.domain) for outage, hosting in await uptime.outages_of(work, incident_id)]
    return IncidentView(incident=incident, server=server.name, outages=outages, watched=watched)
