"""Siapkan Laravel: all that a hosting needs for an application of Laravel's kind, as one wish, and back again.

Pretty links go to `index.php` in any case. The application brings the rest with it: its files, its `.env`, its tables.
"""

from __future__ import annotations

import dataclasses

from provisioning.agent import names
from provisioning.spec import ARTISAN, CRON_MAX, CronJob, HostingSpec
from workflows.hosting import orders
from workflows.hosting.action import site_setting
from workflows.hosting.document_root import showing
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

PLAIN_FOLDER = "public"
SCHEDULE_MINUTES = 5  # Laravel would like every minute; this is as often as a hosting may
EXTENSIONS = (
    "ctype", "curl", "dom", "fileinfo", "mbstring", "pdo", "pdo_mysql", "tokenizer", "xml",
)  # fmt: skip  # laravel.com/docs, "Server Requirements"; the others are built in


class LaravelData(JobData, total=False):
    """What the job keeps: of one that takes all back `ready` only."""

    ready: bool
    folder: str  # of the application, below the hosting's own
    minutes: int  # between two runs of its schedule
    database: str  # the name of the hosting's; "" without one
    missing: list[str]  # the extensions of PHP that the server lacks


async def prepare(office: Office, work: UnitOfWork, hosting: Hosting, folder: str, *, by: OrderedBy) -> Job:
    """Fit a hosting to the application in `folder` (below `public`). Raises `Refused`: cron_many; as `orders.want`."""
    present = hosting.spec
    cron = (*_without_schedule(present), _schedule(folder))
    if len(cron) > CRON_MAX:
        raise Refused("cron_many", {"limit": CRON_MAX})
    spec = dataclasses.replace(present, document_root=f"{folder}/public", public_storage=True, cron=cron)
    known = (await hostings.server(work, hosting.server_id)).facts.php_extensions
    data: LaravelData = {
        "ready": True,
        "folder": folder,
        "minutes": SCHEDULE_MINUTES,
        "database": names.database(hosting.slug) if present.database else "",
        "missing": missing(known.get(present.php_version or "")),
    }
    return await orders.want(office, work, hosting, spec, by=by, action=LARAVEL, data=data)


async def undo(office: Office, work: UnitOfWork, hosting: Hosting, *, by: OrderedBy) -> Job:
    """Take back what `prepare` set; files stay. Raises `Refused` as `orders.want`."""
    present = hosting.spec
    spec = dataclasses.replace(showing(present, PLAIN_FOLDER), cron=_without_schedule(present))
    said: LaravelData = {"ready": False}
    return await orders.want(office, work, hosting, spec, by=by, action=LARAVEL, data=said)


def missing(installed: object) -> list[str]:
    """Return the extensions of PHP that Laravel needs and a server lacks; none where it did not say. Pure."""
    return [name for name in EXTENSIONS if name not in installed] if isinstance(installed, list | tuple) else []


def _without_schedule(spec: HostingSpec) -> tuple[CronJob, ...]:
    return tuple(job for job in spec.cron if spec.application is None or job != _schedule(spec.application))


def _schedule(folder: str) -> CronJob:
    return CronJob(script=f"{folder}/{ARTISAN}", minutes=SCHEDULE_MINUTES)


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    said = data_of(LaravelData, job)
    return spec.application == (said.get("folder") if said.get("ready") else None)


LARAVEL = site_setting("laravel", _is_still_wanted)
