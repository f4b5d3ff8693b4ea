"""A staging copy and its site: content goes between them only while they are one OPD's, on one server.

A copy that could not be ended with its site's handover or move would else let the former OPD write over, or read, what
is another's by now.
"""

from __future__ import annotations

from provisioning.agent.backup.wire import BackupAction
from workflows.hosting import orders
from workflows.refusal import Refused
from workflows.store import backups, copies, hostings
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def locked_pair(work: UnitOfWork, copy: Hosting) -> tuple[Hosting, Hosting]:
    """Return the site of a copy and the copy, both locked, between which something may be copied now.

    Raises `Refused`: no_hosting, hosting_busy, copy_parted.
    """
    site = await at_rest(work, copy.copy_of or 0)
    present = await at_rest(work, copy.id)
    if not _belong_together(site, present):
        raise Refused("copy_parted", {"domain": present.domain}, final=True)
    return site, present


async def at_rest(work: UnitOfWork, hosting_id: int) -> Hosting:
    """Return a hosting, locked, whose content nothing is about to replace. Raises `Refused`: no_hosting, hosting_busy.

    While it is restored its database opens to the restore alone, and what its files hold is half of each.
    """
    present = await orders.orderable(work, hosting_id)
    if await backups.open_of(work, present.id, BackupAction.RESTORE) is not None:
        raise Refused("hosting_busy", {"domain": present.domain})
    return present


async def still_stands(work: UnitOfWork, site: Hosting, source: str) -> bool:
    """Whether what an order of a locked site takes from is still its copy; `source` is that one's account name."""
    found = await copies.of_hosting(work, site.id)
    copy = await hostings.lock(work, found.id) if found is not None else None
    return copy is not None and copy.stands and copy.slug == source and _belong_together(site, copy)


def _belong_together(site: Hosting, copy: Hosting) -> bool:
    return (site.id, site.opd_id, site.server_id) == (copy.copy_of, copy.opd_id, copy.server_id)
