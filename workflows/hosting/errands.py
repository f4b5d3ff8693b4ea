"""What an order has done on its server beside making the hosting as it is wanted, and whose a failure of it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.fleet import ServerAddress
from workflows.hosting.action import Errand
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.registry import known
from workflows.office import Office
from workflows.store.tables import Job


def of(job: Job) -> Errand | None:
    """Return the errand of what a job was ordered to do, where it was ordered and that has one."""
    action = known(job)
    return None if action is None else action.errand


def is_owners_fault(job: Job) -> bool:
    """Whether the failure of a job is whoever's who ordered it to mend."""
    errand = of(job)
    return errand is not None and job.error_code in errand.owners_faults


async def run(office: Office, server: ServerAddress, job: Job, given: ErrandInput) -> Mapping[str, Any]:
    """Do what a job's errand asks of the server; return what is to be told of it. Raises `ProvisioningError`."""
    errand = of(job)
    return {} if errand is None else await errand.run(office, server, given)
