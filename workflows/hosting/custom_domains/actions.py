"""What is done about domains of an OPD's own: added once they are proven, taken off, given up; and what follows."""

from __future__ import annotations

from provisioning.spec import HostingSpec
from workflows.hosting import orders
from workflows.hosting.action import Action, JobAction, ReleasedDomains
from workflows.hosting.custom_domains.approval import record_domain, show_domain
from workflows.hosting.custom_domains.rules import DomainNotice
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import THE_OFFICE
from workflows.hosting.rights import OF_ITS_OPD_OR_ENGINEER, OPEN_OR_SUSPENDED, STANDING, Right
from workflows.people.notices import notice
from workflows.roles import KEPALA_OPD
from workflows.store import custom_domains
from workflows.store.tables import CustomDomain, Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork


class NameData(JobData, total=False):
    """What the job of an order about one name of a hosting keeps."""

    name: str
    own_domain: int  # of an order that adds one of an OPD's own: the row in `custom_domains`


async def served(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the OPD that its hosting answers to the domain from now on."""
    row = await custom_domains.by_name(work, hosting.id, data_of(NameData, job)["name"])
    if row is not None:
        row.told, row.misses = str(DomainNotice.SERVED), 0
        await show_domain(work, row, hosting)


async def dropped(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Hold a domain no longer that its OPD asked to be taken off."""
    row = await custom_domains.by_name(work, hosting.id, data_of(NameData, job)["name"])
    if row is not None:
        await end(work, row, hosting)


async def end(work: UnitOfWork, row: CustomDomain, hosting: Hosting) -> None:
    """Hold a domain no longer that no server answers to any more, and say what to take out of its DNS."""
    row.ended_at = work.now
    await record_domain(work, row, hosting, "ended", by=THE_OFFICE)
    for person in await orders.of_opd(work, hosting):
        said = {"name": row.name, "domain": hosting.domain}
        await notice(work, person, "domain_sendiri.kabar_berakhir", said, key=f"domain:{row.id}:ended:{person.id}")


def has_name(spec: HostingSpec, job: Job) -> bool:
    """Whether a hosting answers to the name that a job is about. Pure."""
    return data_of(NameData, job).get("name") in spec.names


CUSTOM_DOMAINS = Action(name="custom_domains", right=Right(roles=OF_ITS_OPD_OR_ENGINEER, states=OPEN_OR_SUSPENDED))
GIVE_UP = Action(name="give_up_domain", right=Right(roles=(KEPALA_OPD,), states=STANDING))
ADD = JobAction(
    name="add_custom_domain",
    right=None,
    errand=None,
    still_wanted=has_name,
    when_done=(served,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
DROP = JobAction(
    name="drop_name",
    right=None,
    errand=None,
    still_wanted=lambda spec, job: not has_name(spec, job),
    when_done=(dropped,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
