"""Filling a staging copy from its site, on their server: made ready while nothing is closed, then put into place."""

from __future__ import annotations

from provisioning.agent.staging.wire import Copied, Copy, Step
from provisioning.agent_channel import read
from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.job_data import data_of
from workflows.office import Office
from workflows.store.tables.hostings import JobData

OWNERS_FAULTS = frozenset({ErrorCode.OVER_QUOTA, ErrorCode.FILE_UNFIT})  # whoever fills in either direction


class FillData(JobData, total=False):
    """What a job keeps that fills a hosting from another one of its server."""

    source: str  # the account name of the hosting that is copied
    put: str  # the id under which the server is asked to put what is ready into place (a UUID); of some none is kept
    adapted: list[str]  # the files that lead to the copy's own database now, once it is filled
    unsure: list[str]  # the files that may lead to another one


class CopyData(FillData, total=False):
    """What the job keeps that makes a copy, or fills it anew."""

    of: str  # the site's domain
    copy: str  # the copy's domain
    ends_on: str | None  # the day (WITA, ISO) on which the copy is removed
    database: bool  # whether one was copied, once it is filled


async def fill(office: Office, server: ServerAddress, given: ErrandInput) -> CopyData:
    """Copy files and database, and say which files lead to the copy's own database now. Raises `ProvisioningError`."""
    copied = await prepare(office, server, given, database=given.spec.database)
    await put(office, server, given, database=given.spec.database)
    return {"adapted": list(copied.adapted), "unsure": list(copied.unsure), "database": given.spec.database}


async def prepare(office: Office, server: ServerAddress, given: ErrandInput, *, database: bool) -> Copied:
    """Make ready what is to come into a hosting, aside. Raises `ProvisioningError`."""
    password = given.secrets.database_password if given.secrets else None
    asked = Copy(step=Step.PREPARE, source=data_of(FillData, given)["source"], database=database, password=password)
    request_id = given.request_id(str(Step.PREPARE))
    return read(Copied.from_data, await office.fleet.copy(server, given.spec, asked, request_id=request_id))


async def put(office: Office, server: ServerAddress, given: ErrandInput, *, database: bool) -> None:
    """Put what was made ready into the place of what is there. Raises `ProvisioningError`."""
    asked = Copy(step=Step.PUT, source=data_of(FillData, given)["source"], database=database)
    request_id = data_of(FillData, given).get("put", given.request_id(str(Step.PUT)))
    await office.fleet.copy(server, given.spec, asked, request_id=request_id)


async def go_back(office: Office, server: ServerAddress, given: ErrandInput) -> None:
    """Have a hosting hold what it held before, with nothing left aside. Raises `ProvisioningError`."""
    asked = Copy(step=Step.BACK, source=data_of(FillData, given)["source"], database=False)
    await office.fleet.copy(server, given.spec, asked, request_id=given.request_id(str(Step.BACK)))
