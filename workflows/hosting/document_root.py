"""Folder situs: which folder below `public` visitors see first; many frameworks want one of their own."""

from __future__ import annotations

import dataclasses

from provisioning.spec import HostingSpec
from workflows.hosting import orders
from workflows.hosting.orders import Ordered
from workflows.office import Office
from workflows.store.tables import Hosting, Job
from workflows.store.unit_of_work import UnitOfWork

FOLDER = "document_root"


async def change(office: Office, work: UnitOfWork, hosting: Hosting, folder: str, *, by: Ordered) -> Job:
    """Show another folder; one that is not there is made. Raises `Refused` as `orders.want`."""
    spec = dataclasses.replace(HostingSpec.from_data(hosting.spec), document_root=folder)
    return await orders.want(office, work, hosting, spec, by=by, action=FOLDER, data={"folder": folder})
