"""Kunci SFTP: the public keys that open a hosting's files beside its password, and whose they are."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.spec import HostingSpec
from workflows.engine.fields.ssh_key import PublicKey, read_ssh_key
from workflows.hosting import orders
from workflows.hosting.action import JobAction, ReleasedDomains
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.job_data import data_of
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import BOTH, OF_ITS_OPD, Right
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import people, sftp_keys
from workflows.store.tables import Hosting, Job, SftpKey
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

MOST = 10  # of one hosting


class KeyData(JobData, total=False):
    """What the job keeps that lets a key in, or no more."""

    added: bool
    kind: str
    fingerprint: str
    comment: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class KnownKey:
    """A key that opens a hosting; who added it (`by` and its id) is not known of one that was there before."""

    key: PublicKey
    by: str = ""
    by_id: int | None = None
    at: dt.datetime | None = None


async def known(work: UnitOfWork, hosting: Hosting) -> list[KnownKey]:
    """Return the keys of a hosting, in the order in which they were added."""
    rows = {row.line: row for row in await sftp_keys.of_hosting(work, hosting.id)}
    found = []
    for line in hosting.spec.ssh_keys:
        row = rows.get(line)
        if row is None:
            found.append(KnownKey(key=read_ssh_key(line)))
            continue
        by = (await people.by_id(work, row.added_by)).name if row.added_by else ""
        found.append(KnownKey(key=read_ssh_key(f"{line} {row.comment}"), by=by, by_id=row.added_by, at=row.added_at))
    return found


async def add(office: Office, work: UnitOfWork, hosting: Hosting, key: PublicKey, *, by: OrderedBy) -> Job:
    """Let a key open the hosting's files. Raises `Refused`: key_known, keys_many, and as `orders.want`."""
    spec = hosting.spec
    if key.line in spec.ssh_keys:
        raise Refused("key_known", {"fingerprint": key.fingerprint})
    if len(spec.ssh_keys) >= MOST:
        raise Refused("keys_many", {"limit": MOST})
    wider = dataclasses.replace(spec, ssh_keys=(*spec.ssh_keys, key.line))
    job = await orders.want(office, work, hosting, wider, by=by, action=KEYS, data=_said(key, added=True))
    await sftp_keys.forget(work, hosting.id, key.line)  # of a former owner, whose keys all went with the hosting
    work.add(
        SftpKey(hosting_id=hosting.id, line=key.line, comment=key.comment, added_by=by.person_id, added_at=work.now)
    )
    return job


async def remove(office: Office, work: UnitOfWork, hosting: Hosting, fingerprint: str, *, by: OrderedBy) -> Job:
    """Let a key open nothing any more; what was begun with it ends. Raises `Refused`: key_gone, as `orders.want`."""
    spec = hosting.spec
    key = next((one.key for one in await known(work, hosting) if one.key.fingerprint == fingerprint), None)
    if key is None:
        raise Refused("key_gone", final=True)
    fewer = dataclasses.replace(spec, ssh_keys=tuple(line for line in spec.ssh_keys if line != key.line))
    job = await orders.want(office, work, hosting, fewer, by=by, action=KEYS, data=_said(key, added=False))
    await sftp_keys.forget(work, hosting.id, key.line)
    return job


def _said(key: PublicKey, *, added: bool) -> KeyData:
    return {"added": added, "kind": key.kind, "fingerprint": key.fingerprint, "comment": key.comment}


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    said = data_of(KeyData, job)
    is_there = said.get("fingerprint") in {read_ssh_key(line).fingerprint for line in spec.ssh_keys}
    return is_there is said.get("added")


KEYS = JobAction(
    name="ssh_keys",
    right=Right(roles=OF_ITS_OPD, of=BOTH, while_cleaned=True),
    errand=None,
    still_wanted=_is_still_wanted,
    when_done=(tell_colleagues,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
