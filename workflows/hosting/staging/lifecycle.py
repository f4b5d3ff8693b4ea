"""Buat, Perbarui and Hapus salinan uji. The copy is a hosting of its own on the server, and its site's in all else."""

from __future__ import annotations

from workflows.cases.answer_checks import check_site_name
from workflows.hosting import orders
from workflows.hosting.action import Errand, JobAction, ReleasedDomains, by_the_office
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.job_data import data_of
from workflows.hosting.opening import make_passwords, new_job, unwant
from workflows.hosting.orders import OrderedBy
from workflows.hosting.reserve import new_slug
from workflows.hosting.rights import OF_ITS_OPD, OPEN_OR_SUSPENDED, Right, SiteKind
from workflows.hosting.server_capacity import take_for_new, take_for_refill
from workflows.hosting.staging import filling, pair
from workflows.hosting.staging.copy_spec import KEPT_FOR, EndReason, spec_of, subdomain_of
from workflows.hosting.staging.filling import CopyData
from workflows.office import Office
from workflows.people import members
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.roles import ENGINEER, KABID
from workflows.store import copies, hostings, moves
from workflows.store.tables import Hosting, HostingState, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

APPLIES = "copy_apply"  # the name of an order of the site (`applying.APPLY`)


class CopyEndData(JobData):
    """What the job keeps that removes a copy."""

    of: str  # the site's domain; "" of one that is gone
    why: str  # an `EndReason`; "" where its team asked for it


async def make(office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy) -> Job:
    """Have a copy of a site made, with passwords of its own for whoever asks.

    Raises `Refused`: no_hosting, hosting_busy, copy_exists, copy_name, subdomain_taken, subdomain_asked,
    server_no_data, server_data_old, room_lacking.
    """
    site = await pair.at_rest(work, hosting.id)
    if await copies.of_hosting(work, site.id) is not None:
        raise Refused("copy_exists", {"domain": site.domain})
    planned = await moves.planned_of(work, site.id)
    if planned is not None and planned.starts_at is not None:
        raise Refused("move_planned", {"at": planned.starts_at.isoformat()})
    server = await hostings.lock_server(work, site.server_id)
    subdomain = subdomain_of(site.domain, server.zone)
    if subdomain is None:
        raise Refused("copy_name", {"domain": site.domain})
    await check_site_name(office, work, subdomain, None)
    domain, slug = f"{subdomain}.{server.zone}", await new_slug(work, subdomain)
    if await hostings.domain_held(work, domain, except_case=None):  # a server may have another zone than the office
        raise Refused("subdomain_taken", {"domain": domain})
    spec = spec_of(site.spec, slug=slug, domain=domain)
    await take_for_new(work, server, spec)
    copy = Hosting(
        opd_id=site.opd_id,
        server_id=site.server_id,
        slug=slug,
        domain=domain,
        state=HostingState.WANTED,
        spec=spec,
        wanted_revision=1,
        copy_of=site.id,
        ends_on=members.today(work) + KEPT_FOR,
        created_at=work.now,
    )
    work.add(copy)
    await work.flush()
    await make_passwords(office, work, copy, asked_by=by.person_id)
    return await orders.record_order(work, copy, new_job(work, copy), by=by, action=MAKE, data=_said(copy, site))


async def refresh(office: Office, work: UnitOfWork, copy: Hosting, *, by: OrderedBy) -> Job:
    """Have a copy filled anew from its site, with new passwords, for thirty days from now on.

    Raises `Refused`: no_hosting, hosting_busy, copy_parted, server_no_data, server_data_old, room_lacking.
    """
    site, present = await pair.locked_pair(work, copy)
    spec = spec_of(site.spec, slug=present.slug, domain=present.domain)
    await take_for_refill(work, present, spec)
    for row in await hostings.credentials(work, present.id):
        row.sealed = None
    present.ends_on = members.today(work) + KEPT_FOR
    said = _said(present, site)
    job = await orders.want(office, work, present, spec, by=by, action=REFRESH, data=said, anew=True)
    await make_passwords(office, work, present, asked_by=by.person_id)
    return job


def _said(copy: Hosting, site: Hosting) -> CopyData:
    ends_on = copy.ends_on.isoformat() if copy.ends_on else None
    return {"source": site.slug, "of": site.domain, "copy": copy.domain, "ends_on": ends_on}


async def remove(work: UnitOfWork, copy: Hosting, *, by: OrderedBy, why: str = "") -> Job:
    """Have nothing left of a copy; its site is not touched. Raises `Refused`: no_hosting, hosting_busy."""
    present = await hostings.lock(work, copy.id)
    if present is None or present.state != HostingState.WANTED or present.copy_of is None:
        raise Refused("no_hosting")
    newest = await hostings.newest_job(work, present.id)
    site = await hostings.get(work, present.copy_of)
    if (newest is not None and newest.is_under_way) or await is_being_applied(work, present):
        raise Refused("hosting_busy", {"domain": present.domain})
    job = await unwant(work, present)
    said: CopyEndData = {"of": site.domain if site else "", "why": why}
    return await orders.record_order(work, present, job, by=by, action=REMOVE, data=said)


async def is_being_applied(work: UnitOfWork, copy: Hosting) -> bool:
    """Whether what a copy holds is on its way to its site."""
    newest = await hostings.newest_job(work, copy.copy_of or 0)
    return newest is not None and newest.action == APPLIES and newest.keeps_others_waiting


async def tell_end(work: UnitOfWork, job: Job, copy: Hosting) -> None:
    """Tell the team that a copy is gone, and why, where none of them asked for that."""
    if data_of(CopyEndData, job).get("why") in set(EndReason):
        for person in await orders.of_opd(work, copy):
            said = {"domain": copy.domain, **job.data}
            await notice(work, person, "salinan_uji.berakhir", said, key=f"copy_ended:{job.id}:{person.id}")


FILLING = Errand(run=filling.fill, owners_faults=filling.OWNERS_FAULTS, when_owners_fault=None, fills_in_place=False)
MAKE = JobAction(
    name="copy_make",
    right=Right(roles=OF_ITS_OPD),
    errand=FILLING,
    still_wanted=None,
    when_done=(tell_colleagues,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
REFRESH = JobAction(
    name="copy_refresh",
    right=Right(roles=OF_ITS_OPD, of=(SiteKind.COPY,)),
    errand=FILLING,
    still_wanted=None,
    when_done=(tell_colleagues,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
CLOSE = by_the_office("copy_close")  # a copy follows its site
OPEN = by_the_office("copy_open")
REMOVE = JobAction(
    name="copy_remove",
    right=Right(roles=(*OF_ITS_OPD, ENGINEER, KABID), states=OPEN_OR_SUSPENDED, of=(SiteKind.COPY,)),
    errand=None,
    still_wanted=None,
    when_done=(tell_end, tell_colleagues),
    releases=ReleasedDomains.NONE,
    stages=None,
)
