"""The buttons and outcomes of an SOP with where each stands, for whoever looks at all of them."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Action, Outcome, Sop
from workflows.engine.fault import Spot

Where = tuple[Spot, ...]


def all_actions(sop: Sop) -> Iterator[tuple[Where, Action]]:
    """Yield every button, the opening one first; one of several steps as often as it stands."""
    yield (Spot("opening", sop.opening.id),), sop.opening
    for step in sop.steps:
        yield from (((Spot("step", step.id), Spot("action", action.id)), action) for action in step.actions)


def all_events(sop: Sop) -> Iterator[tuple[Where, Outcome]]:
    """Yield what each event does."""
    for step in sop.steps:
        yield from (((Spot("step", step.id), Spot("event", name)), outcome) for name, outcome in step.on_event.items())


def all_outcomes(sop: Sop) -> Iterator[tuple[Where, Outcome]]:
    """Yield what each button and each event does."""
    yield from ((where, action.outcome) for where, action in all_actions(sop))
    yield from all_events(sop)
