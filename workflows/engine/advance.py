"""What a permitted press or an event makes of a case. Pure: the caller saves, records and carries out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from workflows.engine.case import Actor, CaseState, Recorded
from workflows.engine.description import Action, Effect, Outcome, Sop, Status
from workflows.engine.destination import destination


class NotDeclaredError(Exception):
    """The description has no such action or event at the case's step and status: a late or forged report."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decision:
    """The case as it will be. `facts` holds only what changed; None means: forget it."""

    step: str
    status: Status
    facts: Mapping[str, Any]
    effects: tuple[Effect, ...]
    step_finished: bool
    notify: tuple[str, ...]

    def apply(self, case: CaseState) -> CaseState:
        """Return the case after the decision, one revision on."""
        facts = {k: v for k, v in {**case.facts, **self.facts}.items() if v is not None}
        return dataclasses.replace(
            case, step=self.step, status=self.status, revision=case.revision + 1, facts=MappingProxyType(facts)
        )


def open_case(sop: Sop, opd_id: int, answers: Mapping[str, Any]) -> CaseState:
    """Return a new case at the first step, holding the opening form's answers."""
    return CaseState(
        step=sop.first_step.id,
        status=Status.OPEN,
        revision=1,
        opd_id=opd_id,
        facts=MappingProxyType({sop.opening.form: dict(answers)}),
    )


def advance(
    sop: Sop,
    case: CaseState,
    action_id: str,
    actor: Actor,
    *,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> Decision:
    """Return what pressing `action_id` makes of the case. `permit` must have said yes before.

    `answers` are those of the action's form. Raises `NotDeclaredError` where the step has no such action.
    """
    action = sop.step(case.step).action(action_id)
    if action is None or case.status not in action.statuses:
        raise NotDeclaredError(f"{action_id} at {case.step}/{case.status}")
    facts = _recorded(case, action, actor, now, answers)
    if action.form and answers is not None and not action.outcome.records:
        facts[action.form] = dict(answers)
    return _decide(sop, case, action.outcome, facts)


def on_event(sop: Sop, case: CaseState, event_id: str) -> Decision:
    """Return what a report of the machine makes of the case. Raises `NotDeclaredError` where it comes too late."""
    outcome = sop.step(case.step).on_event.get(event_id)
    if outcome is None or case.status.ended:
        raise NotDeclaredError(f"{event_id} at {case.step}/{case.status}")
    return _decide(sop, case, outcome, {})


def _recorded(
    case: CaseState, action: Action, actor: Actor, now: datetime, answers: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Keep who pressed what, by person, in the fact the action names."""
    if not action.outcome.records:
        return {}
    entry: Recorded = {"action": action.id, "at": now.isoformat(), "answers": dict(answers or {})}
    return {action.outcome.records: {**case.facts.get(action.outcome.records, {}), str(actor.person_id): entry}}


def _decide(sop: Sop, case: CaseState, outcome: Outcome, facts: dict[str, Any]) -> Decision:
    step, status = destination(sop, case.step, case.status, outcome)
    facts |= dict.fromkeys(outcome.clears) | dict(outcome.sets)
    return Decision(
        step=step,
        status=status,
        facts=MappingProxyType(facts),
        effects=outcome.effects,
        step_finished=step != case.step or (status.ended and not case.status.ended),
        notify=outcome.notify,
    )
