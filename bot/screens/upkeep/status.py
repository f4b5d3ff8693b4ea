"""Whether the sites are there: all of them for DKISP, and an incident from its first site to its end for engineers."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.callback_data import Do, Show
from bot.screens.keyboards import button, keyboard, to_menu
from bot.screens.lengths import fit
from bot.screens.named_screen import Args, for_members
from bot.screens.screen import OldMessage, Rendered, Screen
from bot.texts import html, plain
from workflows.people.members import Member
from workflows.roles import ENGINEER
from workflows.store.tables import Outage, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork
from workflows.uptime.status import IncidentView, Site, Status, incident_view, status_of

SITES_SHOWN = 15
ENDS_SOON = dt.timedelta(days=21)


async def _shown(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    """Return how all sites do, for DKISP."""
    found = await status_of(app.office, work, member)
    return status_screen(found) if found is not None else None


def status_screen(found: Status) -> Screen:
    """Return the counts, and what somebody should look at."""
    if not found.sites:
        return Screen(text=html("status.kosong"), keyboard=keyboard([to_menu()]))
    unknown = len(found.unknown)
    lines = [html("status.judul", at=found.at, up=found.up, all=len(found.sites), unknown=unknown)]
    noted = [_down(site, found.at) for site in found.down] + [_ending(site) for site in _ending_soon(found)]
    lines += ["", *noted[:SITES_SHOWN]] if noted else []
    if len(noted) > SITES_SHOWN:
        lines.append(html("status.gangguan_lainnya", count=len(noted) - SITES_SHOWN))
    picture = button(plain("status.gambar"), Do("status_png"), "primary")
    return Screen(text=fit(lines), keyboard=keyboard([[picture], to_menu()]))


def _down(site: Site, at: dt.datetime) -> str:
    span = at - (site.down_since or at)
    cause = site.row.cause if site.row is not None and site.row.cause else "no_answer"
    cause = plain(f"status.sebab_{cause}")
    return html("status.tidak_terbuka", domain=site.domain, server=site.server, cause=cause, span=span)


def _ending_soon(found: Status) -> list[Site]:
    """Return the sites whose certificate, as visitors see it, ends soon."""
    return [
        site
        for site in found.sites
        if site.row is not None
        and site.row.certificate_expires is not None
        and site.row.certificate_expires - found.at < ENDS_SOON
    ]


def _ending(site: Site) -> str:
    day = site.row.certificate_expires if site.row is not None else None
    return html("status.sertifikat", domain=site.domain, day=day)


async def outage(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return an incident as it is now, to engineers."""
    view = await incident_view(work, row.params["incident"])
    if view is None or member is None or not member.has(ENGINEER):
        return None
    return incident_screen(view, fresh=bool(row.params.get("loud")))


def incident_screen(view: IncidentView, *, fresh: bool) -> Screen:
    """Return what is down, what is back, and, at its end, how long it took."""
    incident = view.incident
    if incident.ended_at is not None:
        span = incident.ended_at - incident.began_at
        head = html("status.gangguan_selesai", server=view.server, began=incident.began_at, span=span)
    elif view.whole_server:
        head = html("status.gangguan_server", server=view.server, watched=view.watched)
    else:
        head = html("status.gangguan_situs", server=view.server)
    under_way_first = sorted(view.outages, key=lambda one: one[0].ended_at is not None)
    lines = [_line(one, domain) for one, domain in under_way_first]
    rest = len(lines) - SITES_SHOWN
    lines = [*lines[:SITES_SHOWN], *([html("status.gangguan_lainnya", count=rest)] if rest > 0 else [])]
    return Screen(
        text=fit([head, "", *lines]),
        keyboard=keyboard([[button(plain("status.lihat_status"), Show("status"))]]),
        subject=f"outage:{incident.id}",
        fresh=fresh,
        silent=incident.ended_at is not None,
        last=incident.ended_at is not None,
        old_message=OldMessage.DELETE,
    )


def _line(outage: Outage, domain: str) -> str:
    if outage.ended_at is not None:
        return html("status.gangguan_pulih", domain=domain, span=outage.ended_at - outage.began_at)
    return html(
        "status.gangguan_butir", domain=domain, cause=plain(f"status.sebab_{outage.cause}"), began=outage.began_at
    )


SCREENS = (for_members("status", _shown, by_button=True),)
