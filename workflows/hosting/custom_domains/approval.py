"""A domain is allowed for a hosting (the Kabid's decision), and its OPD told what to enter in its DNS."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from provisioning.spec import CUSTOM_DOMAINS_MAX, DOMAINS_MAX, HostingSpec
from workflows.cases.case_context import CaseContext
from workflows.hosting import orders
from workflows.hosting.custom_domains.rules import DomainNotice
from workflows.hosting.orders import OrderedBy
from workflows.refusal import Refused
from workflows.store import custom_domains, ledger, outbox
from workflows.store.tables import CustomDomain, Hosting
from workflows.store.unit_of_work import UnitOfWork

TOKEN_BYTES = 16


async def allow(context: CaseContext, hosting: Hosting, name: str, *, by: OrderedBy) -> CustomDomain:
    """Let a hosting have a domain once its owner has proven it, and tell the OPD how; the case waits for that.

    Raises `Refused`: domain_own, domain_held, names_many.
    """
    work, spec = context.work, hosting.spec
    await _check(work, hosting, spec, name)
    row = CustomDomain(
        hosting_id=hosting.id,
        case_id=context.case.id,
        name=name,
        token=secrets.token_hex(TOKEN_BYTES),
        seen={},
        misses=0,
        told=str(DomainNotice.ASKED),
        created_at=work.now,
        look_at=work.now,
    )
    work.add(row)
    await record_domain(work, row, hosting, "asked", by=by)
    await show_domain(work, row, hosting)
    context.events.append("domain_awaited")
    return row


async def _check(work: UnitOfWork, hosting: Hosting, spec: HostingSpec, name: str) -> None:
    if name in spec.custom_domains or await custom_domains.by_name(work, hosting.id, name):
        raise Refused("domain_own", {"name": name})
    if await custom_domains.holder(work, name):
        raise Refused("domain_held", {"name": name})
    living = len(await custom_domains.of_hosting(work, hosting.id))
    if living >= CUSTOM_DOMAINS_MAX or len(spec.domains) + living >= DOMAINS_MAX:
        raise Refused("names_many", {"limit": CUSTOM_DOMAINS_MAX})


async def forget(work: UnitOfWork, hosting: Hosting, name: str, *, by: OrderedBy) -> None:
    """Wait no longer for a domain that the server could not be brought to answer to, and that the Kabid gave up."""
    row = await custom_domains.by_name(work, hosting.id, name)
    if row is not None:
        row.ended_at = work.now
        await record_domain(work, row, hosting, "given_up", by=by)


async def show_domain(work: UnitOfWork, row: CustomDomain, hosting: Hosting) -> None:
    """Show the OPD's head and Tim Teknis how the domain stands and what is theirs to do; once for each thing told."""
    await work.flush()
    for person in await orders.of_opd(work, hosting):
        if person.telegram_id is not None:
            key = f"domain:{row.id}:{row.told or 'asked'}:{_round(row)}:{person.id}"
            await outbox.put_screen(work, person.telegram_id, "custom_domain", {"domain": row.id}, key=key)


def _round(row: CustomDomain) -> str:
    """Return what tells one loss of a domain, and its end, from the next."""
    return row.looked_at.isoformat() if row.looked_at else ""


async def record_domain(
    work: UnitOfWork, row: CustomDomain, hosting: Hosting, what: str, *, by: OrderedBy, more: Mapping[str, str] = {}
) -> None:
    """Write into the record what became of a domain."""
    await work.flush()
    await ledger.append(
        work,
        f"hosting.domain_{what}",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=row.case_id,
        data={"hosting": hosting.id, "slug": hosting.slug, "domain": row.id, "name": row.name, **more},
    )
