"""Filling a staging copy from its site, on their server: made ready while nothing is closed, then put into place."""

from __future__ import annotations

from typing import Any

from provisioning.agent.staging.wire import Copied, Copy, Step
from provisioning.agent_channel import read
from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from workflows.hosting.errand_input import ErrandInput
from workflows.office import Office

SOURCE = "source"  # of a job's data, as `lifecycle` writes it
PUT_REQUEST = "put"  # of a job's data: the id under which the server is asked to put what is ready into place
OWNERS_FAULTS = frozenset({ErrorCode.OVER_QUOTA, ErrorCode.FILE_UNFIT})  # whoever fills in either direction


async def fill(office: Office, server: ServerAddress, given: ErrandInput) -> dict[str, Any]:
    """Copy files and database, and say which files lead to the copy's own database now. Raises `ProvisioningError`."""
    copied = await prepare(office, server, given, database=given.spec.database)
    await put(office, server, given, database=given.spec.database)
    return {"adapted": list(copied.adapted), "unsure": list(copied.unsure), "database": given.spec.database}


async def prepare(office: Office, server: ServerAddress, given: ErrandInput, *, database: bool) -> Copied:
    """Make ready what is to come into a hosting, aside. Raises `ProvisioningError`."""
    password = given.secrets.database_password if given.secrets else None
    asked = Copy(step=Step.PREPARE, source=given.data[SOURCE], database=database, password=password)
    request_id = given.request_id(str(Step.PREPARE))
    return read(Copied.from_data, await office.fleet.copy(server, given.spec, asked, request_id=request_id))


async def put(office: Office, server: ServerAddress, given: ErrandInput, *, database: bool) -> None:
    """Put what was made ready into the place of what is there. Raises `ProvisioningError`."""
    asked = Copy(step=Step.PUT, source=given.data[SOURCE], database=database)
    request_id = given.data.get(PUT_REQUEST, given.request_id(str(Step.PUT)))
    await office.fleet.copy(server, given.spec, asked, request_id=request_id)


async def go_back(office: Office, server: ServerAddress, given: ErrandInput) -> None:
    """Have a hosting hold what it held before, with nothing left aside. Raises `ProvisioningError`."""
    asked = Copy(step=Step.BACK, source=given.data[SOURCE], database=False)
    await office.fleet.copy(server, given.spec, asked, request_id=given.request_id(str(Step.BACK)))
