"""A person presses a button of a case: the one way in which people move a case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import structlog

from workflows.cases import remarks
from workflows.cases.case_context import CaseContext, state_of
from workflows.cases.guards import GUARDS
from workflows.cases.paper_request import form_for
from workflows.cases.subject import check_still_asked
from workflows.casework.change import carry_out
from workflows.casework.report_event import report
from workflows.engine.advance import advance
from workflows.engine.description import Action, Sop
from workflows.engine.fields import missing_fields
from workflows.engine.permit import Denied, Permitted, Reason, permit
from workflows.office import Office
from workflows.people.members import Member, who_acts
from workflows.refusal import Refused
from workflows.store import cases, people
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Pressed:
    """What a press did."""

    case: Case
    action: Action


async def may_press(
    office: Office, work: UnitOfWork, member: Member, *, case_id: int, action_id: str, revision: int
) -> tuple[Case, Action, Permitted]:
    """Check person, mandate, step and revision as they stand, for a look: nobody waits for it.

    Raises `Refused` with what stands in the way.
    """
    structlog.contextvars.bind_contextvars(case=case_id)  # on each line of this update
    case = await cases.get(work, case_id)
    return await _checked(office, work, member, case, action_id=action_id, revision=revision)


async def lock_for_press(
    office: Office, work: UnitOfWork, member: Member, *, case_id: int, action_id: str, revision: int
) -> tuple[Case, Action, Permitted]:
    """Lock the case to the transaction's end, and check as `may_press` does. Raises `Refused`."""
    structlog.contextvars.bind_contextvars(case=case_id)
    case = await cases.lock(work, case_id)
    return await _checked(office, work, member, case, action_id=action_id, revision=revision)


async def _checked(
    office: Office, work: UnitOfWork, member: Member, case: Case | None, *, action_id: str, revision: int
) -> tuple[Case, Action, Permitted]:
    if case is None:
        raise Refused("unknown_case", final=True)
    sop = office.sop(case.sop_code, case.sop_version)
    verdict = permit(sop, state_of(case), member.actor(), action_id, revision, guards=GUARDS)
    if isinstance(verdict, Denied):
        log.info("press_denied", action=action_id, reason=str(verdict.reason), shown=revision)
        happened = (
            await _who_acts_instead(work, member, sop, case, action_id)
            if verdict.reason is Reason.OFFICE_YIELDED
            else await _what_happened(office, work, case, verdict, action_id=action_id, shown=revision)
        )
        raise Refused(_code_of(verdict), happened, final=verdict.reason is not Reason.GUARD)
    action = sop.action(action_id)
    assert action is not None  # noqa: S101 - `permit` denies an unknown action
    return case, action, verdict


async def press(
    office: Office,
    work: UnitOfWork,
    member: Member,
    *,
    case_id: int,
    action_id: str,
    revision: int,
    answers: Mapping[str, Any] | None = None,
) -> Pressed:
    """Carry a press out within `work`. Raises `Refused`, maybe half way: `work.attempt` of the caller takes it back."""
    case, action, verdict = await lock_for_press(
        office, work, member, case_id=case_id, action_id=action_id, revision=revision
    )
    sop = office.sop(case.sop_code, case.sop_version)
    if action.form and (answers is None or missing_fields(form_for(sop, action.form, case.facts), answers)):
        raise Refused("form_needed")
    context = CaseContext(
        office=office, work=work, sop=sop, case=case, action=action_id, by=member, mandate=verdict.mandate
    )
    if action.kind == "remark":
        await remarks.say(context, action, " ".join(str(text) for text in (answers or {}).values()))
        return Pressed(case, action)
    decision = advance(sop, state_of(case), action_id, member.actor(), now=work.now, answers=answers)
    if verdict.mandate.opd_id is not None and not decision.status.ended:  # what ends it harms nobody
        await check_still_asked(work, case)
    await carry_out(context, decision, answers)
    for event in context.events:
        await report(office, work, case.id, event)
    return Pressed(case, action)


def _code_of(denied: Denied) -> str:
    return f"guard_{denied.guard}" if denied.reason is Reason.GUARD else str(denied.reason)


async def _who_acts_instead(work: UnitOfWork, member: Member, sop: Sop, case: Case, action_id: str) -> dict[str, Any]:
    """Say who acts in the office that this person holds but yields now, and until when."""
    action = sop.action(action_id)
    assert action is not None  # noqa: S101 - `permit` denies an unknown action
    role = next(sop.role(mandate.role) for mandate in member.mandates if mandate.role in action.roles)
    opd_id = case.opd_id if role.scope == "opd" else None
    person, held = (await who_acts(work, role, opd_id))[0]
    until = held.ends_on.isoformat() if held.ends_on else None
    return {"by": person.name, "acting": held.acting, "title": role.title, "until": until}


async def _what_happened(
    office: Office, work: UnitOfWork, case: Case, denied: Denied, *, action_id: str, shown: int
) -> dict[str, Any]:
    """Say who did what since the card was shown, to people who may know of the case: the same thing, or the newest."""
    if denied.reason in (Reason.UNKNOWN_ACTION, Reason.WRONG_ROLE, Reason.WRONG_OPD):
        return {}
    presses = await cases.presses(work, case.id)
    if denied.reason is not Reason.ALREADY_DONE:
        presses = [entry for entry in presses if entry.data["revision"] > shown] or presses
    entry = next((e for e in presses if e.action == f"case.{action_id}"), presses[0] if presses else None)
    if entry is None or entry.person_id is None:
        return {}
    sop = office.sop(case.sop_code, case.sop_version)
    action = sop.action(entry.action.removeprefix("case."))
    by = (await people.by_id(work, entry.person_id)).name
    said = {"done": action.done_text if action else "", "by": by, "at": entry.at.isoformat(), "case": case.number}
    mandate = await people.mandate(work, entry.mandate_id) if entry.mandate_id else None
    office_held = {"acting": mandate.acting, "title": sop.role(mandate.role).title} if mandate else {}
    return said | office_held
