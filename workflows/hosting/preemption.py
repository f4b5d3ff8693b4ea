"""An order that has not begun on its server gives way where the office closes the site."""

from __future__ import annotations

from workflows.hosting import databases, orders, wordpress
from workflows.hosting.staging import applying
from workflows.office import Office
from workflows.store import backups, hostings, ledger
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import UnitOfWork

OF_CONTENT = (databases.DUMP.name, databases.LOAD.name, applying.APPLY.name)
"""Orders that want nothing else of the hosting than before."""


async def give_way(office: Office, work: UnitOfWork, hosting: Hosting) -> None:
    """Take back the order of a locked hosting that its server was not asked for yet, as one that waits for a snapshot.

    Whoever gave it is told. What cannot be taken back, or was begun, goes on.
    """
    newest = await hostings.newest_job(work, hosting.id)
    found = await hostings.lock_job(work, newest.id) if newest is not None else None
    if found is None or found[0].state != JobState.WAITING:
        return
    job = found[0]
    if job.action == applying.APPLY.name and not applying.is_before_return(job):
        await applying.close_instead(office, work, job, hosting)  # at a second try too: all it does is open the site
    elif job.may_have_begun:
        return
    elif job.action in OF_CONTENT or (job.data.get("before") is not None and job.data.get("case") is None):
        await _take_back(work, job, hosting)


async def _take_back(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    job.state, job.finished_at = JobState.CANCELLED, work.now
    await backups.let_go(work, job.id)
    if (before := orders.spec_before(job)) is not None:
        hosting.spec = before
    if job.action == wordpress.WORDPRESS.name:
        await wordpress.destroy_password(work, hosting)
    data = {"hosting": hosting.id, "slug": hosting.slug, "job": job.id, "action": job.action}
    await ledger.append(work, "hosting.order_overtaken", case_id=hosting.case_id, data=data)
    await orders.tell_end(work, job, hosting)
