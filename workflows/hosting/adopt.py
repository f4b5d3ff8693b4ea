"""A hosting that was made by hand before comes into the office's books, without a case: an engineer says what it is."""

from __future__ import annotations

import dataclasses

from provisioning.spec import HostingSpec
from workflows.hosting.open import make_passwords
from workflows.job_outcome import Found, kept
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import hostings, ledger
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import UnitOfWork

UNDER_WAY, ADOPTED = "adopting", "wanted"


async def begin(office: Office, work: UnitOfWork, server: Server, spec: HostingSpec, opd_id: int) -> Hosting:
    """Enter what is about to be adopted, with its new passwords; what was begun and cut off is gone on with.

    Raises `Refused` (slug_used, subdomain_taken).
    """
    hosting = await hostings.by_slug(work, spec.slug)
    if hosting is not None and (hosting.case_id is not None or hosting.server_id != server.id):
        raise Refused("slug_used", {"slug": spec.slug})
    if hosting is not None and hosting.state != UNDER_WAY:
        if hosting.state != ADOPTED:
            raise Refused("slug_used", {"slug": spec.slug})
        return hosting
    for domain in spec.domains:
        if await hostings.domain_held(work, domain, except_case=None):
            raise Refused("subdomain_taken", {"domain": domain})
    fresh = hosting is None
    hosting = hosting or Hosting(server_id=server.id, slug=spec.slug, state=UNDER_WAY, created_at=work.now)
    hosting.opd_id, hosting.domain, hosting.spec = opd_id, spec.domains[0], dataclasses.asdict(spec)
    work.add(hosting)
    await work.flush()
    if fresh:
        await make_passwords(office, work, hosting)
    return hosting


async def end(work: UnitOfWork, hosting: Hosting, found: Found, source: str) -> None:
    """Take what stands and was looked at into use; `source` says where it lay before."""
    hosting.state = ADOPTED
    hosting.wanted_revision = hosting.applied_revision = 1
    hosting.applied = kept(found, work.now)
    data = {"hosting": hosting.id, "slug": hosting.slug, "domain": hosting.domain, "from": source}
    await ledger.append(work, "hosting.adopted", data=data)
