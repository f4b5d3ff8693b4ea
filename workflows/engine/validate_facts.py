"""Faults of what a case remembers: facts that nobody makes, two meanings of one fact, forms that nobody opens."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Action, Outcome, Sop


def fact_faults(sop: Sop) -> Iterator[str]:
    """Yield "place: reason". A fact is made by a form (by its id), by `sets` or by `records`, by one of them only."""
    forms = {form.id for form in sop.forms}
    outcomes = list(_outcomes(sop))
    kept = {outcome.records for _, outcome in outcomes} - {""}
    flags = {name for _, outcome in outcomes for name in outcome.sets}
    for place, outcome in outcomes:
        for name in sorted(set(outcome.clears) - forms - kept - flags):
            yield f"{place}: clears: unknown fact {name!r}"
        for name in sorted(set(outcome.sets) & set(outcome.clears)):
            yield f"{place}: {name} is both set and cleared"
    for name in sorted((forms & flags) | (forms & kept) | (flags & kept)):
        yield f"fact {name}: made in two ways; give a form, a flag and a record different names"
    opened = {action.form for action in _actions(sop)}
    yield from (f"form {name}: no button opens it" for name in sorted(forms - opened))


def _actions(sop: Sop) -> Iterator[Action]:
    yield sop.opening
    for step in sop.steps:
        yield from step.actions


def _outcomes(sop: Sop) -> Iterator[tuple[str, Outcome]]:
    for step in sop.steps:
        yield from ((f"step {step.id}: action {action.id}", action.outcome) for action in step.actions)
        yield from ((f"step {step.id}: event {name}", outcome) for name, outcome in step.on_event.items())
