"""Where a case can get to: the states (step, status) of an SOP and whether each finds an end."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Outcome, Sop, Status
from workflows.engine.destination import destination

State = tuple[str, Status]


def reachable(sop: Sop) -> frozenset[State]:
    """Return every state that some row of presses and events leads to, guards taken as fulfilled."""
    start = (sop.first_step.id, Status.OPEN)
    found = {start}
    waiting = [start]
    while waiting:
        for state in successors(sop, waiting.pop()):
            if state not in found:
                found.add(state)
                waiting.append(state)
    return frozenset(found)


def stuck(sop: Sop, states: frozenset[State]) -> frozenset[State]:
    """Return the states from which no way leads to an end."""
    finding = {state for state in states if state[1].ended}
    while True:
        more = {s for s in states - finding if any(after in finding for after in successors(sop, s))}
        if not more:
            return states - finding
        finding |= more


def successors(sop: Sop, state: State) -> Iterator[State]:
    """Yield the states one press or event away."""
    step, status = state
    for outcome in _outcomes(sop, step, status):
        yield destination(sop, step, status, outcome)


def _outcomes(sop: Sop, step_id: str, status: Status) -> Iterator[Outcome]:
    step = sop.step(step_id)
    yield from (action.outcome for action in step.actions if status in action.statuses)
    if not status.ended:
        yield from step.on_event.values()
