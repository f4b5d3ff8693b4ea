"""What a case is about where its SOP's cases begin from a card: one hosting that stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.spec import State
from workflows.cases.noted_facts import About, noted
from workflows.cases.paper_request import may_enter
from workflows.engine.description import Entry, Sop
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Case, Hosting
from workflows.store.unit_of_work import UnitOfWork

ABOUT = "about"  # of a form that begins a case: the id of the hosting
HOSTING = "hosting"  # what `Action.about` of an opening says
ENDED = (State.ARCHIVED, State.REMOVED)  # states in which nothing more is asked for


def entry_of(sop: Sop, entry_id: str) -> Entry:
    """Return one of the buttons by which cases of an SOP begin. Raises `Refused` (wrong_role)."""
    found = next((entry for entry in sop.opening.entries if entry.id == entry_id), None)
    if found is None:
        raise Refused("wrong_role", final=True)
    return found


async def hosting_asked_about(work: UnitOfWork, member: Member, hosting_id: int, *, paper: bool) -> Hosting:
    """Return the hosting that a person of its OPD, or for a letter on `paper` of the office, begins a case about.

    Raises `Refused`: wrong_opd, no_hosting.
    """
    hosting = await hostings.get(work, hosting_id)
    if hosting is None or not (paper or hosting.opd_id in member.opds):
        raise Refused("wrong_opd", final=True)
    if not may_be_asked_about(hosting):
        raise Refused("no_hosting", final=True)
    return hosting


def may_be_asked_about(hosting: Hosting) -> bool:
    """Whether it stands, and is not at its end."""
    stands = hosting.stands and hosting.copy_of is None
    return stands and hosting.spec.state not in ENDED


def further_names(hosting: Hosting) -> tuple[str, ...]:
    """Return the names of a hosting that can be taken off: all but its primary one."""
    return hosting.spec.names[1:]


def fact(hosting: Hosting, entry: Entry) -> About:
    """Return what a case remembers of the hosting that it is about, and by which button it began."""
    return {"hosting": hosting.id, "domain": hosting.domain, "entry": entry.id}


async def begun_about(work: UnitOfWork, sop: Sop, member: Member, data: Mapping[str, Any]) -> About | None:
    """Return the fact of a case about to begin, None for an SOP whose cases are about nothing. Raises `Refused`."""
    if not sop.opening.about:
        return None
    paper = bool(data.get("paper")) and may_enter(sop, member)
    hosting = await hosting_asked_about(work, member, int(data.get(ABOUT, 0)), paper=paper)
    return fact(hosting, entry_of(sop, str(data.get("entry", ""))))


def hosting_id_of(case: Case) -> int:
    """Return the id of the hosting that a case is about; 0 of one that is about none."""
    about = noted(case.facts).get("about")
    return about.get("hosting", 0) if about else 0


async def hosting_of(work: UnitOfWork, case: Case) -> Hosting:
    """Return the hosting that a case is about, locked.

    Raises `Refused`: no_hosting, hosting_handed (to another OPD, which asked for nothing).
    """
    found = await hostings.lock(work, hosting_id_of(case))
    if found is None:
        raise Refused("no_hosting", final=True)
    if found.opd_id != case.opd_id:
        raise Refused("hosting_handed", {"domain": found.domain}, final=True)
    return found


async def check_still_asked(work: UnitOfWork, case: Case) -> None:
    """Raise `Refused` (no_hosting, hosting_handed) where what an OPD sends on can be asked by it no more."""
    if noted(case.facts).get("about") is not None and not may_be_asked_about(await hosting_of(work, case)):
        raise Refused("no_hosting", final=True)
