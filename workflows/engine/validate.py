"""Is a description fit to run? Looked at once, at start; every fault is told, with file, place and reason."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from workflows.engine.description import Action, Outcome, Sop, Status, Step
from workflows.engine.letter import PLACEHOLDER
from workflows.engine.reach import reachable, stuck
from workflows.engine.reading import DescriptionError
from workflows.engine.validate_clock import clock_faults
from workflows.engine.validate_facts import fact_faults
from workflows.engine.validate_forms import form_faults
from workflows.engine.validate_letters import effect_faults, effects_names, letter_faults, names_used, need_faults
from workflows.engine.validate_opening import opening_faults
from workflows.engine.validate_paper import paper_faults
from workflows.engine.validate_shape import action_faults, head_faults, step_faults

_ENDS = frozenset(status.value for status in Status if status.ended)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The names that the running program gives a meaning to; a description may use no others."""

    guards: AbstractSet[str]
    effects: AbstractSet[str]
    letters: AbstractSet[str]
    events: AbstractSet[str]
    views: AbstractSet[str]
    placeholders: AbstractSet[str] = frozenset()
    arguments: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)  # of effects, by their names
    templates: AbstractSet[str] = frozenset()  # of letters
    needs: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)  # questions and roles, by name


def ensure_valid(sop: Sop, vocabulary: Vocabulary) -> Sop:
    """Return `sop`. Raises `DescriptionError` naming every fault, a line each."""
    found = list(faults(sop, vocabulary))
    if found:
        raise DescriptionError("\n".join(f"{_file_of(sop, fault)}: {fault}" for fault in found))
    return sop


def _file_of(sop: Sop, fault: str) -> str:
    """Return the file in which the narrowest place that a fault names ("step …: action …: reason") stands."""
    places = reversed(fault.split(": "))
    return next((sop.origins[place] for place in places if place in sop.origins), sop.source)


def faults(sop: Sop, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield "place: reason" for each thing wrong. Reachability is looked at only where all names are known."""
    named = list(_name_faults(sop, vocabulary))
    yield from named
    for step in sop.steps:
        yield from step_faults(step)
    for place, action in _actions(sop):
        yield from (f"{place}: {fault}" for fault in action_faults(action))
    yield from _same_everywhere(sop)
    yield from clock_faults(sop)
    for form in sop.forms:
        yield from form_faults(form)
    yield from fact_faults(sop)
    yield from letter_faults(sop, vocabulary.templates, vocabulary.needs)
    yield from need_faults(sop, _names_used(sop), vocabulary.needs)
    yield from paper_faults(sop)
    yield from opening_faults(sop)
    if not named:
        yield from _reach_faults(sop)


def _actions(sop: Sop) -> Iterator[tuple[str, Action]]:
    yield f"opening {sop.opening.id}", sop.opening
    for step in sop.steps:
        yield from ((f"step {step.id}: action {action.id}", action) for action in step.actions)


def _outcomes(sop: Sop) -> Iterator[tuple[str, Outcome]]:
    yield from ((place, action.outcome) for place, action in _actions(sop))
    for step in sop.steps:
        yield from ((f"step {step.id}: event {name}", outcome) for name, outcome in step.on_event.items())


def _names_used(sop: Sop) -> Iterator[tuple[str, str]]:
    for place, action in _actions(sop):
        yield from names_used(place, action)
    for step in sop.steps:
        for event, outcome in step.on_event.items():
            yield from ((f"step {step.id}: event {event}", name) for name in effects_names(outcome.effects))


def _name_faults(sop: Sop, vocabulary: Vocabulary) -> Iterator[str]:
    yield from head_faults(sop)
    for kind in ("roles", "steps", "forms", "packages", "letters"):
        ids = Counter(item.id for item in getattr(sop, kind))
        yield from (f"{kind}: {name} stands twice" for name, count in ids.items() if count > 1)
    roles = {role.id for role in sop.roles}
    for role in sop.roles:
        yield from _unknown(
            f"role {role.id}: escalates_to", [role.escalates_to] if role.escalates_to else [], roles, "role"
        )
    for step in sop.steps:
        named = (*step.actors, *step.performers, *step.answered_by)
        yield from _unknown(f"step {step.id}: actors", named, roles, "role")
        yield from _unknown(f"step {step.id}: on_event", step.on_event, vocabulary.events, "event")
    for column in sop.sheet.columns:
        yield from _unknown(f"sheet: column {column.title}", column.roles, roles, "role")
    letters = vocabulary.letters | {letter.id for letter in sop.letters}
    for place, action in _actions(sop):
        yield from _unknown(place, [preview.letter for preview in action.previews], letters, "letter")
        yield from _unknown(place, action.roles, roles, "role")
        yield from _unknown(place, action.guards, vocabulary.guards, "guard")
        yield from _unknown(place, [action.form] if action.form else [], {form.id for form in sop.forms}, "form")
        yield from _unknown(
            place, [action.id] if action.kind == "view" and not action.previews else [], vocabulary.views, "view"
        )
        yield from _unknown(place, _placeholders(action), vocabulary.placeholders, "placeholder")
    if sop.opening.then and sop.first_step.action(sop.opening.then) is None:
        yield f"opening {sop.opening.id}: unknown action {sop.opening.then!r} in then"
    targets = {step.id for step in sop.steps} | _ENDS
    for place, outcome in _outcomes(sop):
        yield from _unknown(place, [outcome.to] if outcome.to else [], targets, "step")
        yield from _unknown(place, outcome.notify, roles, "role")
        for effect in outcome.effects:
            yield from _unknown(place, [effect.name], vocabulary.effects, "effect")
            yield from _unknown(place, [effect.args["letter"]] if "letter" in effect.args else [], letters, "letter")
            for fault in effect_faults(sop, effect, vocabulary.arguments, vocabulary.placeholders):
                yield f"{place}: {fault}"


def _unknown(place: str, names: Iterable[str], known: AbstractSet[str], kind: str) -> Iterator[str]:
    yield from (f"{place}: unknown {kind} {name!r}" for name in names if name not in known)


def _placeholders(action: Action) -> list[str]:
    return PLACEHOLDER.findall(action.confirm.text) if action.confirm else []


def _same_everywhere(sop: Sop) -> Iterator[str]:
    """One id is one button: a press carries the id alone, and the record names it for ever."""
    seen: dict[str, Action] = {}
    for place, action in _actions(sop):
        if seen.setdefault(action.id, action) != action:
            yield f"{place}: another action has this id; write it once under shared_actions"


def _reach_faults(sop: Sop) -> Iterator[str]:
    states = reachable(sop)
    for step in sop.steps:
        statuses = {status for name, status in states if name == step.id}
        if not statuses:
            yield f"step {step.id}: unreachable, nothing leads here"
            continue
        yield from _idle_actions(step, statuses)
    for name, status in sorted(stuck(sop, states)):
        yield f"step {name}: dead end, with status {status} no press or event leads on to an end"


def _idle_actions(step: Step, statuses: set[Status]) -> Iterator[str]:
    for action in step.actions:
        if not statuses & action.statuses:
            wanted = ", ".join(sorted(action.statuses))
            yield f"step {step.id}: action {action.id}: never stands, no case is {wanted} here"
