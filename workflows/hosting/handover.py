"""A hosting that was handed to another OPD: what the former one knows of it opens nothing any more.

The database's password stands in the site's own files, so its server makes a new one and leads them to it, in the order
of the handover itself. Where no file holds it, only the new owner can do both: until they did they find it among their
tasks, and are told every week.
"""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from provisioning.errors import ErrorCode
from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.spec import HostingSpec
from workflows.hosting import orders, passwords
from workflows.hosting.action import Errand, JobAction, ReleasedDomains
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.job_data import data_of
from workflows.hosting.opening import DATABASE
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.notices import notice
from workflows.roles import OF_AN_OPD
from workflows.store import handovers
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

OWNER_MAX = 200  # characters that a server is told of an OPD's name
LOGIN = "login"  # the part of the order of which the server is asked
AGAIN = dt.timedelta(days=7)


class LoginData(TypedDict, total=False):
    """What became of the database's password, as `provisioning.new_login.NewLogin` says; {} without one."""

    is_kept: bool
    files: list[str]
    unseen: list[str]


class OwnerData(JobData, total=False):
    """What the job of a handover keeps."""

    owner: str  # the name of the OPD that has it from now on
    opd: int
    former: int  # the OPD that had it before
    login_request: str  # the id under which the server is asked, however often it is tried (a UUID)
    login: LoginData


async def renew_login(office: Office, server: ServerAddress, given: ErrandInput) -> OwnerData:
    """Have the database's password made anew; an older agent, which cannot, leaves it. Raises `ProvisioningError`."""
    if not given.spec.database:
        return {"login": {}}
    request_id = data_of(OwnerData, given).get("login_request", given.request_id(LOGIN))
    try:
        made = await office.fleet.renew_login(server, given.spec, request_id=request_id)
    except ProvisioningError as error:
        if error.code is not ErrorCode.BAD_REQUEST:
            raise
        return {"login": {"is_kept": True, "files": [], "unseen": []}}
    return {"login": {"is_kept": made.is_kept, "files": list(made.files), "unseen": list(made.unseen)}}


async def tell_new_owner(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the head and Tim Teknis of the OPD that a hosting was handed to, how they get in and who else may."""
    said = {"domain": hosting.domain, "owner": data_of(OwnerData, job)["owner"], "login": _login(job, hosting)}
    for person in await orders.of_opd(work, hosting):
        await notice(work, person, "akhir.kabar_change_owner", said, key=f"handed:{job.id}:{person.id}")


def _login(job: Job, hosting: Hosting) -> LoginData:
    """Return what became of the password. Of a handover that ended by another job, or long ago, it is not known."""
    spec = hosting.spec_if_readable
    unknown: LoginData = {"is_kept": True, "files": [], "unseen": []} if spec is None or spec.database else {}
    return data_of(OwnerData, job).get("login", unknown)


async def waiting_for(work: UnitOfWork, member: Member) -> list[tuple[Job, Hosting]]:
    """Return the handovers to a person's OPD after which the database still opens to who had the hosting before."""
    acting = [mandate for mandate in member.mandates if mandate.role in OF_AN_OPD and not mandate.outranked]
    opds = {mandate.opd_id for mandate in acting if mandate.opd_id is not None}
    if not opds:
        return []
    return [found for found in await handovers.newest_done(work, OWNER.name, opds) if await _is_open(work, *found)]


async def _is_open(work: UnitOfWork, job: Job, hosting: Hosting) -> bool:
    if not _login(job, hosting).get("is_kept"):
        return False
    changed = await handovers.done_since(work, job, passwords.PASSWORDS.name)
    return not any(DATABASE in data_of(passwords.PasswordData, later).get("kinds", ()) for later in changed)


async def remind(work: UnitOfWork) -> None:
    """Tell the new owners, each week after the handover once, for as long as it is so."""
    today = members.today(work)
    for job, hosting in await handovers.newest_done(work, OWNER.name):
        handed_on = (job.finished_at or job.created_at).astimezone(WITA).date()
        week = (today - handed_on) // AGAIN
        if week < 1 or not await _is_open(work, job, hosting):
            continue
        said = {"domain": hosting.domain, "since": handed_on.isoformat()}
        for person in await orders.of_opd(work, hosting):
            key = f"former-login:{job.id}:{week}:{person.id}"
            await notice(work, person, "akhir.basis_data_terbuka", said, key=key)


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    return spec.owner == str(data_of(OwnerData, job).get("owner"))[:OWNER_MAX]


OWNER = JobAction(
    name="change_owner",
    right=None,
    errand=Errand(run=renew_login, owners_faults=frozenset(), when_owners_fault=None, fills_in_place=False),
    still_wanted=_is_still_wanted,
    when_done=(tell_new_owner,),
    releases=ReleasedDomains.AWAITED,
    stages=None,
)
