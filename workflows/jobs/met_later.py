"""Orders that failed, and that a later job of their hosting has made so after all.

What failed stays wanted, so whatever is done next to the hosting (a repair, a closing by the office) makes it so too.
Then it ends as it would have ended by itself: nobody waits for what is there, and no case stays open for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from provisioning.spec import HostingSpec
from workflows.hosting import orders, passwords
from workflows.hosting.registry import known
from workflows.jobs import order_completion
from workflows.office import Office
from workflows.people.alerts import show_again
from workflows.store import hostings
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import UnitOfWork


async def end_met(office: Office, work: UnitOfWork, done: Job, hosting: Hosting, plan_hash: str) -> None:
    """End the orders that failed since the hosting was last as wanted, as far as it is now as they wanted it."""
    for job in left_failed([*await hostings.since_last_done(work, done), done]):
        if is_still_wanted(hosting.spec, job) and await _holds_its_passwords(work, job):
            job.state, job.finished_at = JobState.DONE, work.now
            await order_completion.done(office, work, job, hosting, plan_hash)
            await show_again(work, hosting.server_id, orders.subject(job.id), "order", {"job": job.id})


def left_failed(jobs: Sequence[Job]) -> list[Job]:
    """Return those of a hosting's jobs, oldest first, that failed and were not tried again. Pure."""
    return [job for job, then in itertools.pairwise(jobs) if job.state == JobState.FAILED and then.attempt == 1]


async def _holds_its_passwords(work: UnitOfWork, job: Job) -> bool:
    """Whether passwords that an order made, if that was all of it, are still those that a server is told."""
    if job.action not in passwords.MAKE_NEW:
        return True
    rows = await hostings.credentials(work, job.hosting_id)
    return any(row.sealed is not None for row in rows if row.wanted_revision == job.wanted_revision)


def is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    """Whether a hosting is wanted with what a job ordered, as far as the spec can tell; no order of a deed is. Pure."""
    action = known(job)
    return action is not None and action.still_wanted is not None and action.still_wanted(spec, job)
