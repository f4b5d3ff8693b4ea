"""Batalkan perubahan: an approved change that failed on the server is taken back, with nothing else.

Until then it stays wanted, so that a later order of the same hosting, as one that closes it, makes it so too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from provisioning.spec import HostingSpec, State
from workflows.cases import subject
from workflows.cases.case_context import CaseContext
from workflows.hosting import orders, suspicion
from workflows.hosting.action import by_the_office
from workflows.hosting.change import NAME, PACKAGE
from workflows.hosting.custom_domains.actions import ADD, DROP, NameData
from workflows.hosting.custom_domains.approval import forget
from workflows.hosting.ending import ARCHIVE
from workflows.hosting.handover import OWNER, OwnerData
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import following
from workflows.hosting.staging.copy_spec import EndReason
from workflows.refusal import Refused
from workflows.store import endings, hostings, suspensions
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork


class CancelData(JobData, total=False):
    """What the job that takes a change back keeps."""

    of: str  # the action that is taken back
    of_case: int  # whose decision had ordered it
    name: str  # of one that was about a name


async def cancel_change(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Take back a change that the server could not be brought to: that part is wanted as it was, the owner too.

    What was ordered since, as a closing by the office, stays. Raises `Refused`: no_hosting, no_job (the change did not
    fail), hosting_busy.
    """
    work = context.work
    hosting = await orders.orderable(work, subject.hosting_id_of(context.case))
    job = await hostings.newest_job_for(work, hosting.id, context.case.id)
    if job is None or job.state != JobState.FAILED or (before := orders.spec_before(job)) is None:
        raise Refused("no_job")
    by = OrderedBy(
        person_id=context.by.person.id if context.by else None,
        mandate_id=context.mandate.id if context.mandate else None,
    )
    if job.action == OWNER.name:
        await following.end_before(work, hosting, EndReason.HANDED)  # what the other OPD made of it meanwhile
        hosting.opd_id = data_of(OwnerData, job)["former"]
    if job.action == ARCHIVE.name:
        await _leave_the_archive(work, hosting)
    if job.action == ADD.name:
        await forget(work, hosting, data_of(NameData, job)["name"], by=by)
    spec = undone(hosting.spec, before, job)
    data: CancelData = {"of": job.action, "of_case": context.case.id}
    await orders.want(context.office, work, hosting, spec, by=by, action=CANCEL, data=data, anew=True)


async def _leave_the_archive(work: UnitOfWork, hosting: Hosting) -> None:
    archived = await endings.present(work, hosting.id)
    if archived is None:
        return
    archived.closed_at = work.now
    if await suspensions.present(work, hosting.id) is None:
        await suspensions.reopen(work, hosting.id, ended_at=archived.archived_at)
    await suspicion.redraw(work, hosting.id)


def undone(spec: HostingSpec, was: HostingSpec, job: Job) -> HostingSpec:
    """Return a hosting as it is wanted without what a job ordered, before which it `was` so. Pure."""
    if job.action == PACKAGE.name:
        return dataclasses.replace(spec, limits=was.limits)
    if job.action == OWNER.name:
        return dataclasses.replace(spec, owner=was.owner, ssh_keys=was.ssh_keys)
    if job.action in (NAME.name, ADD.name, DROP.name):
        name = data_of(NameData, job)["name"]
        domains = _names(spec.domains, was.domains, name)
        custom = _names(spec.custom_domains, was.custom_domains, name)
        return dataclasses.replace(spec, domains=domains, custom_domains=custom)
    if job.action == ARCHIVE.name and spec.state is State.ARCHIVED:
        return dataclasses.replace(spec, state=was.state, suspension_reason=was.suspension_reason)
    return spec


def _names(present: tuple[str, ...], before: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return names in their order, of which this one is there only where it was before."""
    old = [one for one in before if one == name or one in present]
    return (*old, *(one for one in present if one not in before and one != name))


CANCEL = by_the_office("cancel_change")
