"""Lists of cases: what waits for a person, what their OPD asked for, what a search finds."""

from __future__ import annotations

import dataclasses

from workflows.engine.chart import awaited
from workflows.engine.description import Sop, Status, Step
from workflows.engine.permit import available
from workflows.guards import GUARDS
from workflows.occasion import state_of
from workflows.office import Office
from workflows.people import Member
from workflows.store import cases, people
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork

PAGE = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    case: Case
    opd: str
    step: Step
    status: Status


async def tasks(office: Office, work: UnitOfWork, member: Member) -> list[CaseLine]:
    """Return the living cases that this person can move at their step, or whose OPD waits for their answer."""
    steps = {
        step.id
        for sop in office.sops.values()
        for step in sop.steps
        if any(
            member.has(*action.roles)
            for action in step.actions
            if action.kind == "transition" or action.remark == "answer"
        )
    }
    found = []
    for case in await cases.alive_at(work, steps):
        sop = office.sop(case.sop_code, case.sop_version)
        state = state_of(case)
        must = awaited(sop, state) or _offices(sop)  # what the machine could not do is the office's to mend
        may = available(sop, state, member.actor(), guards=GUARDS)
        mine = [action for action in may if action.kind not in ("view", "remark")]
        asked = any(action.remark == "answer" for action in may)
        if asked or any(member.has(*(set(must) & set(action.roles))) for action in mine):
            found.append(await _line(office, work, case))
    return found


def _offices(sop: Sop) -> tuple[str, ...]:
    return tuple(role.id for role in sop.roles if role.scope == "office")


async def cases_of(office: Office, work: UnitOfWork, member: Member, page: int = 0) -> tuple[list[CaseLine], bool]:
    """Return one page of the cases a person may see, newest first, and whether there are more."""
    if sees_all(office, member):
        found = await cases.newest(work, limit=PAGE + 1, offset=page * PAGE)
    else:
        found = await cases.of_opds(work, list(member.opds), limit=PAGE + 1, offset=page * PAGE)
    return [await _line(office, work, case) for case in found[:PAGE]], len(found) > PAGE


async def search(office: Office, work: UnitOfWork, member: Member, text: str) -> list[CaseLine]:
    """Return cases by number, subject, subdomain or OPD; people of an OPD find their own only."""
    found = await cases.search(work, text, opd_ids=None if sees_all(office, member) else list(member.opds))
    return [await _line(office, work, case) for case in found]


def sees_all(office: Office, member: Member) -> bool:
    """Whether a person is of DKISP."""
    return member.has(*office_roles(office))


def office_roles(office: Office) -> frozenset[str]:
    """Return the roles of DKISP, of whatever SOP."""
    return frozenset(role for sop in office.sops.values() for role in _offices(sop))


async def _line(office: Office, work: UnitOfWork, case: Case) -> CaseLine:
    return CaseLine(
        case=case,
        opd=(await people.opd(work, case.opd_id)).name,
        step=office.sop(case.sop_code, case.sop_version).step(case.step),
        status=Status(case.status),
    )
