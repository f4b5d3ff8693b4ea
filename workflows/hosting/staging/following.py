"""A staging copy follows its site: closed and opened with it, gone when that ends, moves or is handed on, or in time.

It is the only thing that is ever removed by a date; its team was told so when it was made, and is told once more.
"""

from __future__ import annotations

import dataclasses

from provisioning.spec import HostingSpec, State
from workflows.calendar.office_calendar import calendar_of
from workflows.hosting import orders
from workflows.hosting.orders import THE_OFFICE
from workflows.hosting.staging import lifecycle
from workflows.hosting.staging.copy_spec import CopyAction, CopyRelation, EndReason, course, is_to_be_told
from workflows.office import Office
from workflows.people import members
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.store import copies, hostings, moves
from workflows.store.tables import Hosting, HostingState
from workflows.store.unit_of_work import Database, UnitOfWork


async def follow_sites(office: Office, database: Database) -> None:
    """Do what is due for every copy; one that is being changed has its turn later."""
    async with database.read() as work:
        found = [copy.id for copy in await copies.everything(work)]
    for copy_id in found:
        async with database.write() as work:
            copy = await hostings.lock(work, copy_id)
            if copy is not None and copy.state == HostingState.WANTED:
                await _follow(office, work, copy)
                await _tell_before(work, copy)


async def with_site(office: Office, work: UnitOfWork, site: Hosting) -> None:
    """Let the copy of a site follow at once, in the transaction that changes the site, where it has one."""
    copy = await copies.of_hosting(work, site.id)
    if copy is not None and copy.state == HostingState.WANTED:
        await _follow(office, work, copy)


async def end_before(work: UnitOfWork, site: Hosting, why: EndReason) -> None:
    """Have the copy removed before its site goes to others. Raises `Refused` (hosting_busy) while it is being changed.

    It must not outlive that under its former owner, who has its passwords.
    """
    copy = await copies.of_hosting(work, site.id)
    if copy is not None and copy.state == HostingState.WANTED:
        await lifecycle.remove(work, copy, by=THE_OFFICE, why=str(why))


async def _follow(office: Office, work: UnitOfWork, copy: Hosting) -> None:
    if await lifecycle.is_being_applied(work, copy):
        return
    spec = copy.spec
    what, why = course(await _beside(work, copy, spec), members.today(work))
    try:
        if what is CopyAction.END:
            await lifecycle.remove(work, copy, by=THE_OFFICE, why=str(why))
        elif what is not CopyAction.STAY:
            await _open_or_close(office, work, copy, spec, opens=what is CopyAction.OPEN)
    except Refused:  # it is being changed, or was never made; the next look comes in a minute
        return


async def _beside(work: UnitOfWork, copy: Hosting, spec: HostingSpec) -> CopyRelation:
    site = await hostings.get(work, copy.copy_of or 0)
    stands = site is not None and site.state == HostingState.WANTED
    return CopyRelation(
        source=site.spec.state if site and stands else None,
        copy=spec.state,
        is_handed=site is not None and site.opd_id != copy.opd_id,
        is_moving=site is not None and (site.server_id != copy.server_id or await moves.is_busy(work, site.id)),
        ends_on=copy.ends_on or members.today(work),
    )


async def _open_or_close(office: Office, work: UnitOfWork, copy: Hosting, spec: HostingSpec, *, opens: bool) -> None:
    site = await hostings.get(work, copy.copy_of or 0)
    reason = "" if opens or site is None else site.spec.suspension_reason
    state = State.ACTIVE if opens else State.SUSPENDED
    wanted = dataclasses.replace(spec, state=state, suspension_reason=reason)
    action = lifecycle.OPEN if opens else lifecycle.CLOSE
    await orders.want(office, work, copy, wanted, by=THE_OFFICE, action=action, data={})


async def _tell_before(work: UnitOfWork, copy: Hosting) -> None:
    if copy.state != HostingState.WANTED or copy.ends_on is None:
        return
    if not is_to_be_told(copy.ends_on, members.today(work)):
        return
    if not (await calendar_of(work)).is_open(work.now):
        return
    said = {"domain": copy.domain, "ends_on": copy.ends_on.isoformat()}
    for person in await orders.of_opd(work, copy):
        key = f"copy_ends:{copy.id}:{copy.ends_on}:{person.id}"
        await notice(work, person, "salinan_uji.segera_berakhir", said, key=key)
