"""One case as a person may see it: the card, and the answers behind it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import clock_of, worked
from workflows.cases.case_context import state_of
from workflows.cases.guards import GUARDS
from workflows.engine.case import CaseState
from workflows.engine.chart import awaited
from workflows.engine.description import Action, Field, FieldType, Form, Role, Sop, Status, Step
from workflows.engine.permit import available
from workflows.fitness import handover
from workflows.fitness.handover import FirstLook
from workflows.office import Office
from workflows.people.members import Member, who_acts
from workflows.store import cases, hostings, people
from workflows.store.tables import Case, Hosting, LedgerEntry
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class LastEvent:
    """What moved the case last. `action` is None for a report of the machine; `by` names the person.

    `acting` ("plt", "plh") and the office's `title` are given where it was done for somebody absent.
    """

    action: Action | None
    event: str
    by: str
    at: dt.datetime
    acting: str = ""
    title: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MustAct:
    """An office that must act: by whom it is held ("" definitif, "plt", "plh"), or that nobody holds it."""

    title: str
    acting: str = ""
    vacant: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseView:
    """The card of a case. `elapsed` is working time in the present step, `left` what its deadline leaves of it.

    Less than nothing is left where it is over; `due` is when it will be, None where it is or no clock runs.
    """

    case: Case
    sop: Sop
    state: CaseState
    opd: str
    step: Step
    elapsed: dt.timedelta
    must_act: tuple[MustAct, ...]  # empty where the machine acts or nobody must
    left: dt.timedelta
    due: dt.datetime | None
    actions: tuple[Action, ...]
    last: LastEvent | None
    behind: tuple[Action, ...]  # whose words the case stands on now, oldest first: a disposition, reasons of a return
    hosting: Hosting | None
    domain: str | None
    first_look: FirstLook | None  # what the machine saw of the hosting before it is handed over

    @property
    def of_this_step(self) -> tuple[Action, ...]:
        """What may be pressed and does not stand at every step, as looking at the request does."""
        return tuple(action for action in self.actions if not all(step.action(action.id) for step in self.sop.steps))

    @property
    def ended(self) -> bool:
        """Whether the case runs no further."""
        return self.state.status.ended


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer of a form, with the field that asked for it."""

    field: Field
    value: Any


async def case_view(office: Office, work: UnitOfWork, case_id: int, member: Member) -> CaseView | None:
    """Return the card as `member` sees it, or None where there is none for them."""
    case = await cases.get(work, case_id)
    if case is None or not may_see(office.sop(case.sop_code, case.sop_version), case, member):
        return None
    sop, state = office.sop(case.sop_code, case.sop_version), state_of(case)
    step = sop.step(case.step)
    present = await cases.present_step(work, case.id)
    calendar = await calendar_of(work)
    elapsed = worked(present, calendar, work.now) if present else dt.timedelta()
    clock = clock_of(step, calendar)
    left = step.deadline - (worked(present, clock, work.now) if present else dt.timedelta())
    entries, hosting = await cases.entries(work, case.id), await hostings.of_case(work, case.id)
    return CaseView(
        case=case,
        sop=sop,
        state=state,
        opd=(await people.opd(work, case.opd_id)).name,
        step=step,
        elapsed=elapsed,
        must_act=tuple([await _must_act(work, case, sop.role(role)) for role in awaited(sop, state)]),
        left=left,
        due=clock.after(work.now, left) if state.status is Status.OPEN and left > dt.timedelta() else None,
        actions=available(sop, state, member.actor(), guards=GUARDS),
        last=await _last_event(work, sop, entries[0]) if entries else None,
        behind=_behind(sop, case, entries),
        hosting=hosting,
        domain=f"{case.subdomain}.{office.zone}" if case.subdomain else None,
        first_look=await handover.first_look(work, hosting),
    )


def may_see(sop: Sop, case: Case, member: Member) -> bool:
    """Whether a person may see a case: those of DKISP all, those of an OPD its own."""
    scopes = {role.id: role.scope for role in sop.roles}
    return any(
        scopes.get(mandate.role) == "office" or (mandate.role in scopes and mandate.opd_id == case.opd_id)
        for mandate in member.mandates
    )


def office_papers(sop: Sop) -> frozenset[str]:
    """Return the kinds of papers that the office alone puts into a case: scans of what it signed on paper, say."""
    ours = {role.id for role in sop.roles if role.scope == "office"}
    forms = {action.form: set(action.roles) <= ours for step in sop.steps for action in step.actions if action.form}
    return frozenset(
        field.id
        for form in sop.forms
        for field in form.fields
        if forms.get(form.id) and form.id != sop.opening.form and field.type is FieldType.DOCUMENT
    )


def answered(form: Form, answers: Mapping[str, Any]) -> tuple[Answered, ...]:
    """Return the answers of a form in its order, without what was skipped."""
    return tuple(
        Answered(field=field, value=answers[field.id])
        for field in form.asked(answers)
        if answers.get(field.id) is not None
    )


async def _must_act(work: UnitOfWork, case: Case, role: Role) -> MustAct:
    acting = await who_acts(work, role, case.opd_id if role.scope == "opd" else None)
    held = acting[0][1].acting if acting and role.single else ""
    return MustAct(title=role.title, acting=held, vacant=not acting)


async def _last_event(work: UnitOfWork, sop: Sop, entry: LedgerEntry) -> LastEvent:
    name = _name(entry)
    by = (await people.by_id(work, entry.person_id)).name if entry.person_id else ""
    mandate = await people.mandate(work, entry.mandate_id) if entry.mandate_id else None
    acting, role = (mandate.acting, mandate.role) if mandate else ("", "")
    title = sop.role(role).title if acting else ""
    return LastEvent(action=sop.action(name), event=name, by=by, at=entry.at, acting=acting, title=title)


def _behind(sop: Sop, case: Case, entries: Sequence[LedgerEntry]) -> tuple[Action, ...]:
    """Return what sent the case on to its step, what brought it there last, and what changed its status there.

    `entries` are newest first. What people do at the step meanwhile (mending answers, giving opinions) counts as none
    of these, so what they were told stays before their eyes.
    """
    arrivals = [entry for entry in entries if _arrives(entry, case.step)]
    forward = [entry for entry in arrivals if sop.step(entry.data["from"]).number < sop.step(case.step).number]
    since = entries[: entries.index(arrivals[0])] if arrivals else entries
    actions = [(entry, sop.action(_name(entry))) for entry in since]
    changes = [entry for entry, action in actions if action and (action.outcome.status or action.outcome.to)]
    found = [entry for group in (forward, arrivals, changes) for entry in group[:1]]
    names = dict.fromkeys(_name(entry) for entry in sorted(found, key=lambda entry: entry.sequence))
    return tuple(action for action in map(sop.action, names) if action is not None)


def _arrives(entry: LedgerEntry, step: str) -> bool:
    return entry.data.get("to") == step and entry.data.get("from") != step


def _name(entry: LedgerEntry) -> str:
    return entry.action.removeprefix("case.")
