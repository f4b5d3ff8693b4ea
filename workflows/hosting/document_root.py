"""Folder situs: which folder below `public` visitors see first; many frameworks want one of their own."""

from __future__ import annotations

import dataclasses

from provisioning.spec import HostingSpec
from workflows.hosting import orders
from workflows.hosting.action import site_setting
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.office import Office
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork


class FolderData(JobData):
    """What the job of such an order keeps."""

    folder: str


async def change(office: Office, work: UnitOfWork, hosting: Hosting, folder: str, *, by: OrderedBy) -> Job:
    """Show another folder; one that is not there is made. Raises `Refused` as `orders.want`."""
    spec = showing(hosting.spec, folder)
    said: FolderData = {"folder": folder}
    return await orders.want(office, work, hosting, spec, by=by, action=FOLDER, data=said)


def showing(spec: HostingSpec, folder: str) -> HostingSpec:
    """Return the spec with another folder; the storage that the one before showed is shown no more. Pure."""
    same = folder == spec.document_root
    return dataclasses.replace(spec, document_root=folder, public_storage=same and spec.public_storage)


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    return spec.document_root == data_of(FolderData, job).get("folder")


FOLDER = site_setting("document_root", _is_still_wanted)
