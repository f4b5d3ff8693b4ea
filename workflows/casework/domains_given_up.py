"""A domain is given up before it is served, taken off, or ends with its hosting; the case that asked for it is told."""

from __future__ import annotations

from workflows.casework.report_event import report
from workflows.hosting.custom_domains.actions import end
from workflows.hosting.custom_domains.approval import record_domain
from workflows.hosting.orders import THE_OFFICE, OrderedBy
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import custom_domains
from workflows.store.tables import CustomDomain, Hosting
from workflows.store.unit_of_work import UnitOfWork


async def give_up(office: Office, work: UnitOfWork, row: CustomDomain, hosting: Hosting, *, by: OrderedBy) -> None:
    """End the waiting for a domain that no server answers to, and its case. Raises `Refused`: domain_served."""
    if row.name in hosting.spec.custom_domains:
        raise Refused("domain_served", {"name": row.name})
    row.ended_at = work.now
    await record_domain(work, row, hosting, "given_up", by=by)
    await report(office, work, row.case_id, "domain_given_up")


async def hosting_ended(office: Office, work: UnitOfWork, hosting: Hosting, *, is_gone: bool) -> None:
    """Wait for no domain of a hosting that is closed for good or another OPD's; where it is gone, hold none for it.

    The OPD hears then which records of its DNS lead nowhere any more: others could take what they lead to.
    """
    served = hosting.spec.custom_domains
    for row in await custom_domains.of_hosting(work, hosting.id):
        if row.name not in served:
            await give_up(office, work, row, hosting, by=THE_OFFICE)
        elif is_gone:
            await end(work, row, hosting)
