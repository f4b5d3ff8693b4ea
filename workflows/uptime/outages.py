"""Outages: begun and ended by what the looks say, told to the engineers as one incident a server, quietly.

An incident is one message a chat. It rings when it begins, and again only where another site goes down long after; all
else is an edit of that message, which says at its end how long it took. What happens in a planned window of maintenance
is kept and not told, unless it outlasts the window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from provisioning.spec import State
from workflows.people.alerts import tell_engineers
from workflows.store import hostings, ledger, maintenance_windows, uptime
from workflows.store.tables import Hosting, HostingState, Incident, Outage, SiteWatch
from workflows.store.unit_of_work import UnitOfWork

QUIET = dt.timedelta(minutes=30)  # after a ring: what goes down meanwhile belongs to the same trouble


async def take_note(work: UnitOfWork, looked_at: Iterable[SiteWatch]) -> None:
    """Begin and end outages by what is believed of the sites now, and let the engineers see it."""
    await work.lock_record()
    under_way = await uptime.open_outages(work)
    incidents = await uptime.open_incidents(work)
    struck, changed = set[int](), set[int]()  # incidents by number
    for row in looked_at:
        hosting = await hostings.get(work, row.hosting_id)
        if hosting is not None and not row.up and row.hosting_id not in under_way:
            incident = await _incident(work, incidents, hosting)
            await _begin(work, hosting, incident, row)
            struck.add(incident.id)
        elif row.up and row.hosting_id in under_way:
            outage, _ = under_way.pop(row.hosting_id)
            await _end(work, outage)
            changed.add(outage.incident_id)
    for outage, hosting in under_way.values():
        if not _is_awaited(hosting):  # suspended, moved or removed: nobody waits for it any more
            await _end(work, outage)
            changed.add(outage.incident_id)
    maintained = {
        one.server_id for one in await maintenance_windows.planned(work) if one.begins_at <= work.now < one.ends_at
    }
    for incident in incidents.values():
        is_struck = incident.id in struck
        if await _rings(work, incident, is_struck=is_struck, is_planned=incident.server_id in maintained):
            await _show(work, incident, rings=True)
        elif _was_told(incident) and (is_struck or incident.id in changed):
            await _show(work, incident, rings=False)


def _is_awaited(hosting: Hosting) -> bool:
    return hosting.state == HostingState.WANTED and hosting.wanted_state == State.ACTIVE


async def _incident(work: UnitOfWork, known: dict[int, Incident], hosting: Hosting) -> Incident:
    incident = known.get(hosting.server_id)
    if incident is None:
        incident = Incident(server_id=hosting.server_id, began_at=work.now, rang_at=work.now - QUIET)
        work.add(incident)
        await work.flush()
        known[hosting.server_id] = incident
    return incident


async def _rings(work: UnitOfWork, incident: Incident, *, is_struck: bool, is_planned: bool) -> bool:
    """Whether an incident is to be heard now: when it begins, or what began in a planned window outlasts it.

    Notes its end, and that it rang.
    """
    await work.flush()
    if all(outage.ended_at for outage, _ in await uptime.outages_of(work, incident.id)):
        incident.ended_at = work.now
        return False
    is_again = is_struck and work.now >= incident.rang_at + QUIET
    if is_planned or not (is_again or not _was_told(incident)):
        return False
    incident.rang_at = work.now
    return True


def _was_told(incident: Incident) -> bool:
    return incident.rang_at >= incident.began_at


async def _begin(work: UnitOfWork, hosting: Hosting, incident: Incident, row: SiteWatch) -> None:
    cause = str(row.cause)
    work.add(Outage(hosting_id=hosting.id, incident_id=incident.id, cause=cause, began_at=work.now))
    data = {"hosting": hosting.id, "slug": hosting.slug, "cause": cause, "incident": incident.id}
    await ledger.append(work, "hosting.down", case_id=hosting.case_id, data=data)


async def _end(work: UnitOfWork, outage: Outage) -> None:
    outage.ended_at = work.now
    hosting = await hostings.get(work, outage.hosting_id)
    data = {"hosting": outage.hosting_id, "incident": outage.incident_id}
    await ledger.append(work, "hosting.up", case_id=hosting.case_id if hosting else None, data=data)


async def _show(work: UnitOfWork, incident: Incident, *, rings: bool) -> None:
    await tell_engineers(work, incident.server_id, "outage", {"incident": incident.id, "loud": rings})
