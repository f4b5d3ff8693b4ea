"""Looking at domains: by the clock or at a press. What is seen is kept, told once, and followed by an order.

Nothing is taken away by a look: a served domain whose proof is gone is told of, and people decide.
"""

from __future__ import annotations

import asyncio
import dataclasses

import structlog

from provisioning.domain_proof import Destination, DomainLook, Proof
from provisioning.spec import HostingSpec, State
from workflows import isolation
from workflows.hosting import orders
from workflows.hosting.custom_domains.actions import ADD, DROP, NameData, end
from workflows.hosting.custom_domains.approval import record_domain, show_domain
from workflows.hosting.custom_domains.rules import SOON, DomainNotice, pause, told_next
from workflows.hosting.orders import THE_OFFICE
from workflows.isolation import WorkKind, isolated
from workflows.office import Office
from workflows.people.alerts import tell_engineers
from workflows.refusal import Refused
from workflows.store import custom_domains, hostings
from workflows.store.tables import CustomDomain, Hosting, Job, JobState, Server
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database, UnitOfWork

AT_ONCE = 8
ROUND_MAX = 100  # domains; what is due beyond them has the next round
PUBLISHED = (State.ACTIVE, State.SUSPENDED)
log = structlog.get_logger(__name__)


async def check_domains(office: Office, database: Database) -> None:
    """Look at every domain whose turn it is."""
    async with database.read() as work:
        resting = await isolation.put_off(work, WorkKind.DOMAIN)
        due = [
            (row, hosting, await hostings.server(work, hosting.server_id))
            for row, hosting in await custom_domains.due(work, ROUND_MAX)
            if row.id not in resting
        ]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: CustomDomain, hosting: Hosting, server: Server) -> None:
        async with isolated(database, WorkKind.DOMAIN, row.id, case_id=row.case_id):
            async with gate:
                seen = await check_domain(office, row, hosting, server)
            async with database.write() as work:
                await keep_look(office, work, row.id, seen)

    async with asyncio.TaskGroup() as group:
        for found in due:
            group.create_task(one(*found))


async def check_domain(office: Office, row: CustomDomain, hosting: Hosting, server: Server) -> DomainLook:
    """Ask the domain's own name servers; a defect of ours counts as silence, so that it hides no other domain."""
    try:
        return await office.fleet.outside.custom_domain(
            row.name, row.token, addresses=addresses(hosting, server), aliases=hosting.spec.domains
        )
    except Exception:
        log.exception("domain_look_defect", domain=row.id)
        return DomainLook(proof=Proof.SILENT, lead=Destination.SILENT)


def addresses(hosting: Hosting, server: Server) -> tuple[str, ...]:
    """Return the addresses to which a hosting's domains must lead."""
    own = hosting.spec.addresses
    return own or server.facts.addresses_shared


async def keep_look(office: Office, work: UnitOfWork, domain_id: int, seen: DomainLook) -> CustomDomain | None:
    """Keep a look, order what follows from it, and tell what is new; None where the domain has ended meanwhile."""
    found = await custom_domains.lock(work, domain_id)
    if found is None:
        return None
    row, hosting = found
    spec = hosting.spec
    is_wanted = row.name in spec.custom_domains
    order = await custom_domains.newest_order(work, row, (ADD if is_wanted else DROP).name)
    is_as_ordered = await _is_as_ordered(work, hosting, order)
    is_served = is_wanted and is_as_ordered
    row.seen, row.looked_at = dataclasses.asdict(seen), work.now
    is_held = await _prove(work, row, hosting) if seen.proof is Proof.GIVEN and row.proven_at is None else False
    row.misses = row.misses + 1 if is_served and not seen.is_ready else 0
    row.look_at = work.now + pause(work.now - row.created_at, is_served=is_served, misses=row.misses)
    if not is_wanted and order is not None:  # taken off by people: no look undoes that
        if is_as_ordered:  # by a later order: the server forgot it at last
            await end(work, row, hosting)
        return row
    if not is_wanted and row.proven_at is not None and seen.is_ready:
        await _order(office, work, row, hosting, spec)
        row.look_at = work.now + SOON
    elif is_served or not is_wanted:
        was_said = order is None or order.state == JobState.DONE
        await _tell(work, row, hosting, is_held=is_held, is_served=is_served, was_said=was_said)
    return row


async def _is_as_ordered(work: UnitOfWork, hosting: Hosting, order: Job | None) -> bool:
    """Whether a hosting is as it is wanted, and that is certain: an order that failed in the look is not ended by it.

    Somebody may still take that one back, or try it again.
    """
    is_applied = hosting.applied_revision == hosting.wanted_revision
    return is_applied and (order is None or await hostings.is_met(work, order))


async def _prove(work: UnitOfWork, row: CustomDomain, hosting: Hosting) -> bool:
    """Note the proof; return whether another hosting has the domain, so that this one cannot."""
    if await custom_domains.holder(work, row.name) is not None:
        return True
    row.proven_at = work.now
    await record_domain(work, row, hosting, "proven", by=THE_OFFICE)
    return False


async def _order(office: Office, work: UnitOfWork, row: CustomDomain, hosting: Hosting, spec: HostingSpec) -> None:
    """Let the server answer to the domain; while the hosting is busy or closed, the next look asks again."""
    if spec.state not in PUBLISHED:
        return
    wanted = dataclasses.replace(spec, custom_domains=(*spec.custom_domains, row.name))
    data: NameData = {"name": row.name, "own_domain": row.id, "case": row.case_id, "before": spec.to_json()}
    try:
        await orders.want(office, work, hosting, wanted, by=THE_OFFICE, action=ADD, data=data)
    except Refused as refused:
        log.info("domain_waits", domain=row.id, code=refused.code)


async def _tell(
    work: UnitOfWork, row: CustomDomain, hosting: Hosting, *, is_held: bool, is_served: bool, was_said: bool
) -> None:
    """Say what changed, once; a loss to the engineers too, for whoever takes such a name over speaks in the OPD's.

    `was_said`: the end of an order has told already that it is served.
    """
    before = DomainNotice(row.told)
    now = told_next(
        before, is_proven=row.proven_at is not None, is_held=is_held, is_served=is_served, misses=row.misses
    )
    if now is before:
        return
    row.told = str(now)
    if now is DomainNotice.SERVED and before is not DomainNotice.GONE and was_said:
        return
    await record_domain(work, row, hosting, f"told_{now}", by=THE_OFFICE)
    await show_domain(work, row, hosting)
    if now is DomainNotice.GONE:
        screen: MessageParams = {"name": "custom_domain", "args": {"domain": row.id}, "edit": None}
        await tell_engineers(work, hosting.server_id, "screen", screen, key=f"domain:{row.id}:gone:{row.looked_at}")
