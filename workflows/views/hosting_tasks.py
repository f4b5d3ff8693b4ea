"""What waits for a person at the cards of hostings: suspicions, former logins, closed ones, tests, yearly questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.fitness.judge import Result
from workflows.fitness.lines import lines_of
from workflows.fitness.procedure import INSPECTORS, SIGNER, is_fit_to_be_looked_at
from workflows.hosting import handover, renewal, undecided
from workflows.malware.findings import READERS
from workflows.people.duty import is_on_duty
from workflows.people.members import Member
from workflows.store import fitness_tests, inspections
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingTask:
    """One hosting that somebody is to do something about; `text` names the words that say what, with `params`."""

    hosting: Hosting
    text: str
    params: Mapping[str, Any]


async def hosting_tasks(work: UnitOfWork, member: Member) -> list[HostingTask]:
    """Return what waits, the gravest kind first; whoever yields an office has nothing of it."""
    kinds = (_suspected, _former_logins, _undecided, _fitness_tests, _renewals)
    return [task for kind in kinds for task in await kind(work, member)]


async def _suspected(work: UnitOfWork, member: Member) -> list[HostingTask]:
    if not is_on_duty(member, *READERS):
        return []
    return [
        HostingTask(hosting=hosting, text="daftar.temuan", params={"count": count})
        for hosting, count in await inspections.suspected(work)
    ]


async def _former_logins(work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [
        HostingTask(hosting=hosting, text="daftar.basis_data_terbuka", params={})
        for _, hosting in await handover.waiting_for(work, member)
    ]


async def _undecided(work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [
        HostingTask(
            hosting=one.hosting,
            text="daftar.tertutup",
            params={"archived": one.is_archived, "since": one.since, "reason": one.row.reason},
        )
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
            found.append(HostingTask(hosting=hosting, text="daftar.uji_kelaikan", params={"left": left}))
    return found


async def _renewals(work: UnitOfWork, member: Member) -> list[HostingTask]:
    return [
        HostingTask(hosting=hosting, text="daftar.perpanjangan", params={"due_on": row.due_on})
        for row, hosting in await renewal.waiting_for(work, member)
    ]
