"""Lists of cases: what waits for a person, what their OPD asked for, what a search finds."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from workflows.cases.case_context import state_of
from workflows.cases.guards import GUARDS
from workflows.cases.search_query import Sought
from workflows.engine.chart import awaited
from workflows.engine.description import Sop, Status, Step
from workflows.engine.permit import available
from workflows.office import Office
from workflows.people.insiders import roles_inside, sees_all
from workflows.people.members import Member
from workflows.people.without_telegram import entered_by
from workflows.store import cases, people
from workflows.store import search as stored
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

PAGE = 8
COUNTED = 200  # cases that a search counts and shows; who finds more is asked to say more


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
    on_paper = await entered_by(work, office.sops.values(), member)
    alive = await cases.alive_at(work, steps)
    return [await _line(office, work, case) for case in alive if _is_task(office.sop_of(case), case, member, on_paper)]


def _is_task(sop: Sop, case: Case, member: Member, on_paper: Collection[str]) -> bool:
    """Whether a case waits for this person: in their office, or to enter what an office in `on_paper` signed."""
    state = state_of(case)
    must = awaited(sop, state) or roles_inside(sop)  # what the machine could not do is the office's to mend
    may = available(sop, state, member.actor(), guards=GUARDS)
    return any(
        action.remark == "answer"
        or (
            action.kind not in ("view", "remark")
            and (
                member.has(*(set(must) & set(action.roles)))
                or (action.on_paper_by in must and action.on_paper_by in on_paper)
            )
        )
        for action in may
    )


async def cases_of(office: Office, work: UnitOfWork, member: Member, page: int = 0) -> tuple[list[CaseLine], bool]:
    """Return one page of the cases a person may see, newest first, and whether there are more."""
    if sees_all(office, member):
        found = await cases.newest(work, limit=PAGE + 1, offset=page * PAGE)
    else:
        found = await cases.of_opds(work, list(member.opds), limit=PAGE + 1, offset=page * PAGE)
    return [await _line(office, work, case) for case in found[:PAGE]], len(found) > PAGE


async def search(
    office: Office, work: UnitOfWork, member: Member, sought: Sought, page: int = 0
) -> tuple[list[CaseLine], int]:
    """Return one page of the cases sought, newest first, and how many there are, `COUNTED + 1` standing for more.

    People of an OPD find their own only.
    """
    wanted = stored.CaseQuery(
        words=sought.words,
        since=_midnight(sought.first) if sought.first else None,
        before=_midnight(sought.last + dt.timedelta(days=1)) if sought.last else None,
        statuses=sought.statuses,
        opd_ids=None if sees_all(office, member) else list(member.opds),
    )
    ids = await stored.search(work, wanted, limit=COUNTED + 1)
    shown = ids[:COUNTED][page * PAGE : (page + 1) * PAGE]
    return [await _line(office, work, case) for case in await cases.by_ids(work, shown)], len(ids)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), WITA)


async def _line(office: Office, work: UnitOfWork, case: Case) -> CaseLine:
    return CaseLine(
        case=case,
        opd=(await people.opd(work, case.opd_id)).name,
        step=office.sop(case.sop_code, case.sop_version).step(case.step),
        status=Status(case.status),
    )
