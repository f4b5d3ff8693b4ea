"""Pasang WordPress: into an empty hosting of PHP with a database, as one order, after a backup.

The administrator's password is made here and shown once, like the others. That of the database is made on the server
and lies in `wp-config.php` alone.
"""

from __future__ import annotations

import dataclasses

from provisioning.agent.wordpress.wire import Installation
from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from provisioning.spec import CRON_MAX, CronJob, HostingSpec, Kind, Secret
from workflows.hosting import orders
from workflows.hosting.action import Errand, JobAction, ReleasedDomains
from workflows.hosting.backups.ordering import before_risky_change
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.job_data import data_of
from workflows.hosting.opening import APPLICATION, DATABASE, make_passwords
from workflows.hosting.orders import THE_OFFICE, OrderedBy
from workflows.hosting.rights import OF_ITS_OPD, Right
from workflows.hosting.timed_scripts import CRON, said_of
from workflows.office import Office
from workflows.refusal import Refused
from workflows.secrets.vault import credential_context
from workflows.store import hostings, upkeep
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

SCHEDULE_MINUTES = 15


@dataclasses.dataclass(frozen=True, kw_only=True)
class WordPressRequest:
    """The site's title, and the user name and e-mail address of its administrator."""

    title: str
    user: str
    email: str


class WordPressData(JobData, total=False):
    """What the job of an installation keeps: the request's fields, and once it is done the `release` (as "6.8")."""

    title: str
    user: str
    email: str
    release: str


async def fits(work: UnitOfWork, hosting: Hosting) -> bool:
    """Whether there is room for it, as far as the office knows, and the server can get it (asked once a night)."""
    spec = hosting.spec
    if spec.kind is not Kind.PHP or not spec.database or _schedule(spec) in spec.cron:
        return False
    said = await upkeep.of_server(work, hosting.server_id)
    return said is None or said.pending.get("wordpress") != ""


async def want(office: Office, work: UnitOfWork, hosting: Hosting, wish: WordPressRequest, *, by: OrderedBy) -> Job:
    """Have it installed. Raises `Refused`: no_database, cron_many, and as `orders.want`.

    Whether folder and database are empty is seen on the server. A password that an earlier try made is destroyed.
    """
    present = await orders.orderable(work, hosting.id)
    spec = present.spec
    if spec.kind is not Kind.PHP or not spec.database:
        raise Refused("no_database")
    cron = (*(job for job in spec.cron if job != _schedule(spec)), _schedule(spec))
    if len(cron) > CRON_MAX:
        raise Refused("cron_many", {"limit": CRON_MAX})
    await _destroy(work, present, APPLICATION)
    changed = dataclasses.replace(spec, cron=cron)
    said: WordPressData = {"title": wish.title, "user": wish.user}
    job = await orders.want(office, work, present, changed, by=by, action=WORDPRESS, data=said, anew=True)
    await make_passwords(office, work, present, (APPLICATION,), asked_by=by.person_id)
    data: WordPressData = {
        **said,
        "email": wish.email,
        "before": spec.to_json(),
    }  # in no line of the record, which stays
    job.data = data
    await before_risky_change(work, present, job)
    return job


async def password(office: Office, work: UnitOfWork, hosting: Hosting) -> Secret | None:
    """Open the administrator's password, None once it was shown and destroyed, or where none was made."""
    for row in await hostings.credentials(work, hosting.id):
        if row.kind == APPLICATION and row.sealed is not None:
            return office.vault.open(row.key_id, row.sealed, credential_context(hosting.id, APPLICATION))
    return None


async def install(office: Office, server: ServerAddress, given: ErrandInput) -> WordPressData:
    """Install it. Raises `ProvisioningError`."""
    data, secret = data_of(WordPressData, given), given.application_password
    assert secret is not None  # noqa: S101 - it is shown, and destroyed, once it is installed
    order = Installation(title=data["title"], user=data["user"], email=data["email"], password=secret)
    request_id = given.request_id(WORDPRESS.name)
    return {"release": await office.fleet.install(server, given.spec, order, request_id=request_id)}


async def destroy_old_password(work: UnitOfWork, _job: Job, hosting: Hosting) -> None:
    """Destroy a password of the database that nobody was shown yet: it opens nothing any more."""
    await _destroy(work, hosting, DATABASE)


async def take_back(office: Office, work: UnitOfWork, hosting: Hosting) -> None:
    """Where it was not installed and its owner is to see to that: its schedule is not wanted either."""
    spec = hosting.spec
    rest = tuple(job for job in spec.cron if job != _schedule(spec))
    data = said_of(_schedule(spec), added=False)
    await destroy_password(work, hosting)
    changed = dataclasses.replace(spec, cron=rest)
    await orders.want(office, work, hosting, changed, by=THE_OFFICE, action=CRON, data=data, anew=True)


async def destroy_password(work: UnitOfWork, hosting: Hosting) -> None:
    """Destroy the administrator's password: what it was to open was not installed."""
    await _destroy(work, hosting, APPLICATION)


async def is_installed(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether the newest try was the last one: only then its password opens something."""
    return (job := await newest(work, hosting_id)) is not None and job.state == JobState.DONE


async def newest(work: UnitOfWork, hosting_id: int) -> Job | None:
    """Return the newest order of it."""
    return await hostings.newest_job(work, hosting_id, action=WORDPRESS.name)


async def _destroy(work: UnitOfWork, hosting: Hosting, kind: str) -> None:
    for row in await hostings.credentials(work, hosting.id):
        if row.kind == kind:
            row.sealed = None


def _schedule(spec: HostingSpec) -> CronJob:
    return CronJob(script=f"{spec.document_root}/wp-cron.php", minutes=SCHEDULE_MINUTES)


WORDPRESS = JobAction(
    name="wordpress",
    right=Right(roles=OF_ITS_OPD),
    errand=Errand(
        run=install,
        owners_faults=frozenset({ErrorCode.NOT_EMPTY, ErrorCode.OVER_QUOTA}),
        when_owners_fault=take_back,
        fills_in_place=True,
    ),
    still_wanted=None,
    when_done=(destroy_old_password, tell_colleagues),
    releases=ReleasedDomains.NONE,
    stages=None,
)
