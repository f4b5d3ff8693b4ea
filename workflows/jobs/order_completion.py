"""What follows when an order ends: the record, those who are told, and what an action itself has to do then."""

from __future__ import annotations

from workflows.casework.domains_given_up import hosting_ended
from workflows.casework.report_event import report
from workflows.hosting import errands, orders
from workflows.hosting.action import ReleasedDomains
from workflows.hosting.front_page import FrontPages
from workflows.hosting.registry import ordered
from workflows.office import Office
from workflows.people.alerts import say_to_engineers
from workflows.people.notices import notice
from workflows.store import hostings, ledger
from workflows.store.tables import Hosting, Job
from workflows.store.unit_of_work import UnitOfWork

DETAIL_MAX = 600


async def done(
    office: Office, work: UnitOfWork, job: Job, hosting: Hosting, plan_hash: str, *, unseen: str = ""
) -> None:
    """Note that a hosting is as it was ordered; engineers hear what a look from outside did not find (`unseen`)."""
    data = {"hosting": hosting.id, "slug": hosting.slug, "job": job.id, "action": job.action, "plan": plan_hash}
    await ledger.append(work, "hosting.applied", case_id=hosting.case_id, data=data)
    action = ordered(job)
    for follow in action.when_done:
        await follow(work, job, hosting)
    if action.releases is not ReleasedDomains.NONE:
        await hosting_ended(office, work, hosting, is_gone=action.releases is ReleasedDomains.ALL)
    await orders.tell_end(work, job, hosting)
    await _tell_of_site(work, job, hosting)
    if unseen:
        await _tell_engineers(work, job, hosting, unseen)
    await report(office, work, job.data.get("case"), "hosting_ready")
    if action.stages is not None:
        await action.stages.go_on(office, work, job, hosting)


async def _tell_of_site(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD that its site answers with an error, but for whoever ordered it and reads so at the order's end."""
    front = FrontPages.of(job)
    if not front.is_broken and not (front.is_wrong and job.data.get("case") is not None):
        return
    text = "pesanan.situs_rusak_rekan" if front.is_broken else "pesanan.situs_galat"
    said = {"domain": hosting.domain, "status": front.after}
    for person in await orders.of_opd(work, hosting):
        if person.id != job.asked_by:
            await notice(work, person, text, said, key=f"front:{job.id}:{person.id}", case_id=hosting.case_id)


async def _tell_engineers(work: UnitOfWork, job: Job, hosting: Hosting, unseen: str) -> None:
    server = await hostings.server(work, hosting.server_id)
    said = {"domain": hosting.domain, "server": server.name, "detail": unseen[:DETAIL_MAX]}
    await say_to_engineers(work, server.id, "pesanan.belum_lulus", said, key=f"unseen:{job.id}")


async def failed(office: Office, work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Note that an order failed; it stays wanted until somebody sees to it.

    Engineers are not called where only whoever ordered it can mend it: by another file, say.
    """
    code, step = job.error_code or "", job.error["step"]
    data = {"hosting": hosting.id, "job": job.id, "action": job.action, "code": code, "step": step}
    await ledger.append(work, "hosting.failed", case_id=hosting.case_id, data=data)
    action, owners = ordered(job), errands.is_owners_fault(job)
    await orders.tell_end(work, job, hosting, alert=not owners)
    if owners and action.errand is not None and action.errand.when_owners_fault is not None:
        await action.errand.when_owners_fault(office, work, hosting)
    await report(office, work, job.data.get("case"), "hosting_failed")
    if action.stages is not None:
        await action.stages.go_back(office, work, job, hosting)
