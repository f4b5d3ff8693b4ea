"""Hostings as their OPD and DKISP see them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from provisioning.spec import HostingSpec, Limits
from workflows.hosting import renewal
from workflows.hosting.custom_domains.rules import DomainNotice
from workflows.hosting.errands import is_owners_fault
from workflows.office import Office
from workflows.people.insiders import sees_all
from workflows.people.members import Member, today
from workflows.roles import ENGINEER
from workflows.store import copies, custom_domains, endings, hostings, inspections, people, suspensions
from workflows.store.tables import Ending, Hosting, Job, JobState, Renewal, Suspension
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.hosting_usage import SHOWN, HostingUsage, use_of
from workflows.views.backups import BackupsView, backups_view
from workflows.views.drift import HostingDrift, finding_of
from workflows.views.lists import PAGE
from workflows.views.site_status import SiteStatus, site_status_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingView:
    """One hosting that stands on a server."""

    hosting: Hosting
    spec: HostingSpec
    opd: str
    server: str
    case_number: str
    site_status: SiteStatus | None  # how it was seen from outside last


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingCard:
    """One hosting with how it is at this moment. `finding` is the newest look, of those it is `looked_after` by.

    `busy`: a job of it waits, runs or is unfinished. `failed`: its newest order failed, and nothing was done about it
    yet.
    """

    view: HostingView
    suspension: Suspension | None
    suspended_by: str
    ending: Ending | None
    renewal: Renewal | None  # the question whether it is still needed, where it can be answered now
    suspected: int  # findings that wait for a decision
    busy: bool
    failed: bool
    looked_after: bool
    finding: HostingDrift | None
    use: HostingUsage  # of the last thirty days
    backups: BackupsView
    domains: Mapping[str, str]  # of the OPD's own, by name: served, waiting for their proof, or gone
    copy: Hosting | None  # its staging copy
    copy_use: HostingUsage | None
    site: Hosting | None  # what it is a staging copy of

    @property
    def stands(self) -> bool:
        """Whether it stands on its server, or was to be changed there."""
        return self.view.hosting.stands


async def hosting_card(office: Office, work: UnitOfWork, member: Member, hosting_id: int) -> HostingCard | None:
    """Return one hosting's card, or None where this person may not see it."""
    view = await hosting_view(office, work, member, hosting_id)
    if view is None:
        return None
    job = await hostings.newest_job(work, hosting_id)
    suspension = await suspensions.present(work, hosting_id)
    by = await people.by_id(work, suspension.person_id) if suspension and suspension.person_id else None
    looked_after, copy = member.has(ENGINEER), await copies.of_hosting(work, hosting_id)
    return HostingCard(
        view=view,
        suspension=suspension,
        suspended_by=by.name if by else "",
        ending=await endings.present(work, hosting_id),
        renewal=await renewal.open_question(work, view.hosting),
        suspected=len(await inspections.open_of(work, hosting_id)),
        busy=await hostings.is_busy(work, hosting_id),
        failed=job is not None and _waits_for_engineers(job),
        looked_after=looked_after,
        finding=await finding_of(work, view.hosting) if looked_after else None,
        use=await use_of(work, view.hosting, today(work) - SHOWN, today(work)),
        backups=await backups_view(work, view.hosting),
        domains=await _domains(work, view),
        copy=copy,
        copy_use=await use_of(work, copy, today(work) - SHOWN, today(work)) if copy else None,
        site=await hostings.get(work, view.hosting.copy_of) if view.hosting.copy_of else None,
    )


async def _domains(work: UnitOfWork, view: HostingView) -> dict[str, str]:
    found = dict.fromkeys(view.spec.custom_domains, "served")
    for row in await custom_domains.of_hosting(work, view.hosting.id):
        if row.name not in found:
            found[row.name] = "waiting"
        elif row.told == DomainNotice.GONE:
            found[row.name] = "gone"
    return found


def _waits_for_engineers(job: Job) -> bool:
    return bool(job.action) and job.state == JobState.FAILED and not is_owners_fault(job)


async def hostings_of(
    office: Office, work: UnitOfWork, member: Member, page: int = 0
) -> tuple[list[HostingView], bool]:
    """Return one page of the hostings a person may see, by domain, and whether there are more."""
    opds = None if sees_all(office, member) else list(member.opds)
    found = await hostings.of_opds(work, opds, limit=PAGE + 1, offset=page * PAGE)
    return [await _view(work, hosting) for hosting in found[:PAGE]], len(found) > PAGE


def package_of(office: Office, spec: HostingSpec, on: dt.date) -> str:
    """Return the name of the package that a hosting has by its limits; "" where they are those of none in force."""
    packages = (package for sop in office.all_in_force(on) for package in sop.packages)
    return next((package.label for package in packages if Limits(**package.limits) == spec.limits), "")


async def hosting_view(office: Office, work: UnitOfWork, member: Member, hosting_id: int) -> HostingView | None:
    """Return one hosting, or None where this person may not see it."""
    hosting = await hostings.get(work, hosting_id)
    if hosting is None or not (sees_all(office, member) or hosting.opd_id in member.opds):
        return None
    return await _view(work, hosting)


async def _view(work: UnitOfWork, hosting: Hosting) -> HostingView:
    case = await hostings.case_of(work, hosting)
    return HostingView(
        hosting=hosting,
        spec=hosting.spec,
        opd=(await people.opd(work, hosting.opd_id)).name,
        server=(await hostings.server(work, hosting.server_id)).name,
        case_number=case.number if case else "",
        site_status=await site_status_of(work, hosting),
    )
