"""What waits for a person at the cards of hostings: suspicions, former logins, closed ones, tests, yearly questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.cases.noted_facts import noted
from workflows.fitness.judge import Result
from workflows.fitness.lines import lines_of
from workflows.fitness.procedure import INSPECTORS, SIGNER, is_fit_to_be_looked_at
from workflows.hosting import handover, receiving, renewal, undecided
from workflows.malware.findings import READERS
from workflows.office import Office
from workflows.people.duty import is_on_duty
from workflows.people.members import Member, today
from workflows.roles import KEPALA_OPD
from workflows.store import fitness_tests, inspections
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingTask:
    """One hosting that somebody is to do something about; `text` names the words that say what, with `params`.

    `received_by` is the case in which its OPD is asked to take it, where that is what waits.
    """

    domain: str
    text: str
    params: Mapping[str, Any]
    hosting_id: int
    received_by: int | None = None


async def hosting_tasks(office: Office, work: UnitOfWork, member: Member) -> list[HostingTask]:
    """Return what waits, the gravest kind first; whoever yields an office has nothing of it."""
    kinds = (_suspected, _former_logins, _undecided, _fitness_tests, _renewals)
    return [*[task for kind in kinds for task in await kind(work, member)], *await _to_receive(office, work, member)]


def _at(hosting: Hosting, text: str, **params: Any) -> HostingTask:
    return HostingTask(domain=hosting.domain, hosting_id=hosting.id, text=text, params=params)


async def _to_receive(office: Office, work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [
        HostingTask(
            domain=one.domain,
            text="daftar.terima_hosting",
            params={"former": one.former},
            hosting_id=noted(one.case.facts)["about"]["hosting"],
            received_by=one.case.id,
        )
        for one in await receiving.waiting_for(office, work, member)
    ]


async def _suspected(work: UnitOfWork, member: Member) -> list[HostingTask]:
    if not is_on_duty(member, *READERS):
        return []
    return [_at(hosting, "daftar.temuan", count=count) for hosting, count in await inspections.suspected(work)]


async def _former_logins(work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [_at(hosting, "daftar.basis_data_terbuka") for _, hosting in await handover.waiting_for(work, member)]


async def _undecided(work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [
        _at(one.hosting, "daftar.tertutup", archived=one.is_archived, since=one.since, reason=one.row.reason)
        for one in await undecided.waiting_for(work, member)
    ]


async def _fitness_tests(work: UnitOfWork, member: Member) -> list[HostingTask]:
    """Return what is to be looked at or ticked, by whoever inspects, and what the Kabid is to sign."""
    inspects, signs = is_on_duty(member, *INSPECTORS), is_on_duty(member, SIGNER)
    if not inspects:
        return []
    found = []
    for row, hosting in await fitness_tests.asked(work):
        left = sum(line.result is Result.OPEN for line in lines_of(row, hosting))
        if is_fit_to_be_looked_at(hosting) and (left or signs):
            found.append(_at(hosting, "daftar.uji_kelaikan", left=left))
    return found


async def _renewals(work: UnitOfWork, member: Member) -> list[HostingTask]:
    answers = {mandate.opd_id for mandate in member.mandates if mandate.role == KEPALA_OPD and not mandate.outranked}
    return [
        _at(
            hosting,
            "daftar.perpanjangan",
            due_on=row.due_on,
            asked=hosting.opd_id in answers,
            over=row.due_on < today(work),
        )
        for row, hosting in await renewal.waiting_for(work, member)
    ]
