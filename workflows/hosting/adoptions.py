"""A hosting that was made by hand before comes into the office's books, without a case: an engineer says what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.spec import HostingSpec
from workflows.hosting.opening import make_passwords
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import addresses, hostings, ledger
from workflows.store.hostings import ADOPTING
from workflows.store.tables import Hosting, HostingState, Server
from workflows.store.unit_of_work import UnitOfWork

ADOPTED = HostingState.WANTED


async def begin_adoption(office: Office, work: UnitOfWork, server: Server, spec: HostingSpec, opd_id: int) -> Hosting:
    """Enter what is about to be adopted, with its new passwords; what was begun and cut off is gone on with.

    Raises `Refused`: slug_used, subdomain_taken; address_unknown, address_held for a dedicated address of the spec.
    """
    await hostings.lock_server(work, server.id)
    hosting = await hostings.by_slug(work, spec.slug)
    if hosting is not None and (hosting.case_id is not None or hosting.server_id != server.id):
        raise Refused("slug_used", {"slug": spec.slug})
    if hosting is not None and hosting.state != ADOPTING:
        if hosting.state != ADOPTED:
            raise Refused("slug_used", {"slug": spec.slug})
        return hosting
    for domain in spec.domains:
        if await hostings.domain_held(work, domain, except_case=None):
            raise Refused("subdomain_taken", {"domain": domain})
    fresh = hosting is None
    hosting = hosting or Hosting(server_id=server.id, slug=spec.slug, state=ADOPTING, created_at=work.now)
    hosting.opd_id, hosting.domain, hosting.spec = opd_id, spec.domains[0], spec
    work.add(hosting)
    await work.flush()
    await _hold(work, server, hosting, spec.addresses)
    if fresh:
        await make_passwords(office, work, hosting)
    return hosting


async def _hold(work: UnitOfWork, server: Server, hosting: Hosting, wanted: Sequence[str]) -> None:
    """Make the hosting the holder of these dedicated addresses, and of no other."""
    known = {row.address: (row, holder) for row, holder in await addresses.of_server(work, server.id)}
    for row in await addresses.held_by(work, hosting.id):
        row.hosting_id = None
    await work.flush()
    for address in wanted:
        if address not in known or known[address][0].kind != "dedicated":
            raise Refused("address_unknown", {"address": address, "server": server.name})
        row, holder = known[address]
        if holder is not None and holder.id != hosting.id:
            raise Refused("address_held", {"address": address, "domain": holder.domain})
        row.hosting_id = hosting.id
    await work.flush()


async def end(work: UnitOfWork, hosting: Hosting, seen: Mapping[str, Any], source: str) -> None:
    """Take what stands and was looked at into use; `source` says where it lay before.

    `seen` is what is kept of that look (`workflows.jobs.outcome.kept`).
    """
    hosting.state = ADOPTED
    hosting.wanted_revision = hosting.applied_revision = 1
    hosting.applied = dict(seen)
    data = {"hosting": hosting.id, "slug": hosting.slug, "domain": hosting.domain, "from": source}
    await ledger.append(work, "hosting.adopted", data=data)
