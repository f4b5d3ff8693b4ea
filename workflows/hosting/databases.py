"""Basis data: its content as a file, and back from a file that lies in the hosting's `private`.

A file is in the hosting's own folder in any case; it goes through Telegram only where somebody asks for that, and
while a bot may send it.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from workflows.hosting import orders
from workflows.hosting.action import Errand, JobAction, ReleasedDomains
from workflows.hosting.backups.ordering import before_risky_change
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import BOTH, OF_ITS_OPD, Right
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import outbox, people
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

CHAT_BYTES_MAX = 45_000_000  # Telegram takes 50 MB from a bot


class DumpData(JobData, total=False):
    """What the job of a dump keeps: what was asked, and once it is made the file in the hosting's `private`."""

    chat: bool  # whether it is to be sent to the chat too
    file: str
    bytes: int
    sent: str  # SHA-256 (hex) of the office's own copy, which goes to the chat; "" where none does


class LoadData(JobData, total=False):
    """What the job of an import keeps; once it is done `before` is the file that holds what was there before."""

    file: str
    request: str  # the id under which the server is asked, however often it is tried (a UUID)
    cut: str  # as `provisioning.plan.Loaded` says


async def want_dump(office: Office, work: UnitOfWork, hosting: Hosting, *, chat: bool, by: OrderedBy) -> Job:
    """Have the database written into a file; with `chat` it is sent there too. Raises `Refused` as `orders.want`."""
    said: DumpData = {"chat": chat}
    return await _want(office, work, hosting, by, action=DUMP, data=said)


async def want_load(office: Office, work: UnitOfWork, hosting: Hosting, file: str, *, by: OrderedBy) -> Job:
    """Have a file of SQL carried out, after a backup. Raises `Refused` as `orders.want`.

    The request has one id for as long as it is tried: so the server knows what it has done already.
    """
    data: LoadData = {"file": file, "request": str(uuid.uuid4())}
    job = await _want(office, work, hosting, by, action=LOAD, data=data)
    await before_risky_change(work, hosting, job)
    return job


async def _want(
    office: Office, work: UnitOfWork, hosting: Hosting, by: OrderedBy, *, action: JobAction, data: JobData
) -> Job:
    spec = hosting.spec
    if not spec.database:
        raise Refused("no_database")
    return await orders.want(office, work, hosting, spec, by=by, action=action, data=data, anew=True)


async def dump(office: Office, server: ServerAddress, given: ErrandInput) -> Mapping[str, Any]:
    """Write the file, and fetch it where it goes to a chat. Raises `ProvisioningError`."""
    made = await office.fleet.dump(server, given.spec, request_id=given.request_id(DUMP.name))
    told: DumpData = {"file": made.file, "bytes": made.bytes, "sent": ""}
    if data_of(DumpData, given)["chat"] and made.bytes <= CHAT_BYTES_MAX:
        content = await office.fleet.fetch(server, given.spec, made.file, most=CHAT_BYTES_MAX)
        told["sent"] = await office.files.write(content) if content else ""
    return told


async def load(office: Office, server: ServerAddress, given: ErrandInput) -> Mapping[str, Any]:
    """Carry the file out. Raises `ProvisioningError`."""
    said = data_of(LoadData, given)
    request_id = said.get("request", given.request_id(LOAD.name))
    return dataclasses.asdict(await office.fleet.load(server, given.spec, said["file"], request_id=request_id))


async def send_dump(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Send the file to whoever asked for it."""
    asker, made = await people.by_id(work, job.asked_by) if job.asked_by else None, data_of(DumpData, job)
    if asker is None or asker.telegram_id is None or not made.get("sent"):
        return
    params: MessageParams = {
        "sha256": made["sent"],
        "name": made["file"],
        "media_type": "application/gzip",
        "caption": "basis_data.berkas",
        "params": {"domain": hosting.domain},
        "hosting": hosting.id,
        "action": DUMP.name,
    }
    await outbox.put(work, asker.telegram_id, "hosting_file", params, key=f"dump:{job.id}")


DUMP = JobAction(
    name="dump",
    right=Right(roles=OF_ITS_OPD, of=BOTH),
    errand=Errand(run=dump, owners_faults=frozenset(), when_owners_fault=None, fills_in_place=False),
    still_wanted=None,
    when_done=(send_dump, tell_colleagues),
    releases=ReleasedDomains.NONE,
    stages=None,
)

LOAD = JobAction(
    name="load",
    right=Right(roles=OF_ITS_OPD, of=BOTH),
    errand=Errand(
        run=load,
        owners_faults=frozenset({ErrorCode.FILE_UNFIT, ErrorCode.MARIADB_REFUSED}),  # of the file that is carried out
        when_owners_fault=None,
        fills_in_place=True,
    ),
    still_wanted=None,
    when_done=(tell_colleagues,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
