"""Tugas terjadwal: scripts of the owner's that the server runs by the clock; few, and not too often."""

from __future__ import annotations

import dataclasses
from typing import cast

from provisioning.spec import CRON_MAX, CronJob, HostingSpec
from workflows.hosting import orders
from workflows.hosting.action import site_setting
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork


class CronData(JobData, total=False):
    """What the job keeps that adds a script or takes one away: all that a `CronJob` says."""

    added: bool
    script: str
    minutes: int | None
    at: str | None
    weekday: str | None


async def add(office: Office, work: UnitOfWork, hosting: Hosting, job: CronJob, *, by: OrderedBy) -> Job:
    """Run one more script. Raises `Refused`: cron_known, cron_many, and as `orders.want`."""
    present = hosting.spec.cron
    if job in present:
        raise Refused("cron_known", {"script": job.script})
    if len(present) >= CRON_MAX:
        raise Refused("cron_many", {"limit": CRON_MAX})
    return await _want(office, work, hosting, (*present, job), job, by=by, added=True)


async def remove(office: Office, work: UnitOfWork, hosting: Hosting, place: int, *, by: OrderedBy) -> Job:
    """Run the script at this place of the list no more. Raises `Refused`: cron_gone, and as `orders.want`."""
    present = hosting.spec.cron
    if not 0 <= place < len(present):
        raise Refused("cron_gone", final=True)
    rest = (*present[:place], *present[place + 1 :])
    return await _want(office, work, hosting, rest, present[place], by=by, added=False)


async def _want(
    office: Office,
    work: UnitOfWork,
    hosting: Hosting,
    cron: tuple[CronJob, ...],
    job: CronJob,
    *,
    by: OrderedBy,
    added: bool,
) -> Job:
    spec = dataclasses.replace(hosting.spec, cron=cron)
    return await orders.want(office, work, hosting, spec, by=by, action=CRON, data=said_of(job, added=added))


def said_of(job: CronJob, *, added: bool) -> CronData:
    """Return what an order that adds or takes away a script keeps of it."""
    return cast("CronData", {"added": added, **dataclasses.asdict(job)})


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    said = data_of(CronData, job)
    is_there = any(dataclasses.asdict(one).items() <= said.items() for one in spec.cron)
    return is_there is said.get("added")


CRON = site_setting("cron", _is_still_wanted)
