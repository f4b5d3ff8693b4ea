"""May this person press this button now? Denied unless the description says yes."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping

from workflows.engine.acting import MandateLack, acting_mandate
from workflows.engine.case import Actor, CaseState, Guards, Mandate
from workflows.engine.description import CHANGES_NOTHING, Action, Sop


class Reason(enum.StrEnum):
    """Why a press does nothing."""

    UNKNOWN_ACTION = "unknown_action"
    WRONG_ROLE = "wrong_role"
    WRONG_OPD = "wrong_opd"
    STALE_REVISION = "stale_revision"
    NOT_AT_THIS_STEP = "not_at_this_step"
    OWN_REQUEST = "own_request"
    OFFICE_YIELDED = "office_yielded"
    ALREADY_DONE = "already_done"
    GUARD = "guard"


REASON_OF: Mapping[MandateLack, Reason] = {
    MandateLack.ROLE: Reason.WRONG_ROLE,
    MandateLack.OPD: Reason.WRONG_OPD,
    MandateLack.YIELDED: Reason.OFFICE_YIELDED,
}


@dataclasses.dataclass(frozen=True)
class Permitted:
    """Yes, and by which mandate: the record and the letter name it."""

    mandate: Mandate


@dataclasses.dataclass(frozen=True)
class Denied:
    """No. `guard` names the guard that refused, where one did."""

    reason: Reason
    guard: str = ""


def permit(
    sop: Sop, case: CaseState, actor: Actor, action_id: str, revision: int, *, guards: Guards
) -> Permitted | Denied:
    """Answer whether `actor` may press `action_id` on a card that showed `revision`.

    Who asks is looked at before how the case stands, so a stranger learns nothing of it.
    """
    known = sop.action(action_id)
    if known is None or known.kind == "open":
        return Denied(Reason.UNKNOWN_ACTION)
    mandate = _mandate_for(sop, _narrowed(sop, case, known), actor, case.opd_id)
    if isinstance(mandate, Denied):
        return mandate
    if revision != case.revision and known.kind not in CHANGES_NOTHING:
        return Denied(Reason.STALE_REVISION)
    refusal = _refused_now(sop, case, actor, known, guards)
    return refusal or Permitted(mandate)


def _narrowed(sop: Sop, case: CaseState, action: Action) -> Action:
    """Leave an answer to the office that answers at the case's step."""
    if action.remark != "answer":
        return action
    answerers = sop.answerers(sop.step(case.step))
    return dataclasses.replace(action, roles=tuple(role for role in action.roles if role in answerers))


def permit_opening(sop: Sop, actor: Actor, opd_id: int, *, paper: bool = False) -> Permitted | Denied:
    """Answer whether `actor` may begin a case of this SOP for the OPD, or enter one that the OPD asked on paper."""
    roles = (sop.paper.roles if sop.paper else ()) if paper else sop.opening.roles
    mandate = _mandate_for(sop, dataclasses.replace(sop.opening, roles=roles), actor, opd_id)
    return mandate if isinstance(mandate, Denied) else Permitted(mandate)


def available(sop: Sop, case: CaseState, actor: Actor, *, guards: Guards) -> tuple[Action, ...]:
    """Return exactly the buttons `actor` may press now, in the description's order."""
    return tuple(
        action
        for action in sop.step(case.step).actions
        if isinstance(permit(sop, case, actor, action.id, case.revision, guards=guards), Permitted)
    )


def _mandate_for(sop: Sop, action: Action, actor: Actor, opd_id: int) -> Mandate | Denied:
    """Return by which mandate `actor` may press; who yields their office may look all the same."""
    of_opd = [role for role in action.roles if sop.role(role).scope != "office"]
    single = [role for role in action.roles if sop.role(role).single]
    found = acting_mandate(actor.mandates, action.roles, opd_id=opd_id, of_opd=of_opd, single=single)
    if found is MandateLack.YIELDED and action.kind == "view":
        found = acting_mandate(actor.mandates, action.roles, opd_id=opd_id, of_opd=of_opd, single=())
    return Denied(REASON_OF[found]) if isinstance(found, MandateLack) else found


def _refused_now(sop: Sop, case: CaseState, actor: Actor, action: Action, guards: Guards) -> Denied | None:
    if sop.step(case.step).action(action.id) is None or case.status not in action.statuses:
        return Denied(Reason.NOT_AT_THIS_STEP)
    if action.decides and _is_theirs(sop, actor, case):
        return Denied(Reason.OWN_REQUEST)
    if action.once and str(actor.person_id) in case.facts.get(action.outcome.records, {}):
        return Denied(Reason.ALREADY_DONE)
    for name in action.guards:
        if not guards[name](case, actor):
            return Denied(Reason.GUARD, name)
    return None


def _is_theirs(sop: Sop, actor: Actor, case: CaseState) -> bool:
    """Whether the request is of an OPD they serve today, or one that they themselves acted for, in whatever office."""
    opd_roles = {role.id for role in sop.roles if role.scope == "opd"}
    serves = any(mandate.role in opd_roles and mandate.opd_id == case.opd_id for mandate in actor.mandates)
    return serves or actor.person_id in case.known_facts.get("requesters", ())
