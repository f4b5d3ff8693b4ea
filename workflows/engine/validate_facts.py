"""Faults of what a case remembers: facts that nobody makes, two meanings of one fact, forms that nobody opens."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Sop
from workflows.engine.fault import Fault, Spot, fault, placed, unknown
from workflows.engine.parts import all_actions, all_outcomes


def fact_faults(sop: Sop) -> Iterator[Fault]:
    """Yield each fault. A fact is made by a form (by its id), by `sets` or by `records`, by one of them only."""
    forms = {form.id for form in sop.forms}
    outcomes = list(all_outcomes(sop))
    kept = {outcome.records for _, outcome in outcomes} - {""}
    flags = {name for _, outcome in outcomes for name in outcome.sets}
    for place, outcome in outcomes:
        yield from placed(unknown("fact", outcome.clears, forms | kept | flags), *place)
        for name in sorted(set(outcome.sets) & set(outcome.clears)):
            yield from placed([fault("set_and_cleared", name=name)], *place)
    for name in sorted((forms & flags) | (forms & kept) | (flags & kept)):
        yield fault("made_twice", name=name)
    opened = {action.form for _, action in all_actions(sop)} | ({sop.paper.form} if sop.paper else set())
    lent = {name for form in sop.forms for name in form.like}
    for name in sorted(forms - opened - lent):
        yield from placed([fault("form_unopened")], Spot("form", name))
