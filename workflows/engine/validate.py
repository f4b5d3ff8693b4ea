"""Is a description fit to run? Looked at once, at start; every fault is told, with file, place and reason."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from workflows.engine.description import Action, Sop, Status, Step
from workflows.engine.fault import DescriptionError, Fault, Spot, fault, placed, unknown
from workflows.engine.letter import PLACEHOLDER
from workflows.engine.parts import Where, all_actions, all_events, all_outcomes
from workflows.engine.reach import reachable, stuck
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
    personal: AbstractSet[str] = frozenset()  # effects that no event may have: they tell of whoever pressed
    templates: AbstractSet[str] = frozenset()  # of letters
    needs: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)  # questions and roles, by name


def ensure_valid(sop: Sop, vocabulary: Vocabulary) -> Sop:
    """Return `sop`. Raises `DescriptionError` with every fault."""
    found = [one.of_file(_file_of(sop, one.where)) for one in faults(sop, vocabulary)]
    if found:
        raise DescriptionError(found)
    return sop


def _file_of(sop: Sop, where: Where) -> str:
    """Return the file in which the narrowest named part of a place stands."""
    named = (" ".join(spot) for spot in reversed(where))
    return next((sop.origins[name] for name in named if name in sop.origins), sop.source)


def faults(sop: Sop, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield each thing wrong. Who can act and what can be reached is looked at only where all names are known."""
    named = list(_name_faults(sop, vocabulary))
    yield from named
    for step in sop.steps:
        yield from step_faults(step)
    for place, action in all_actions(sop):
        yield from placed(action_faults(action), *place)
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


def _names_used(sop: Sop) -> Iterator[tuple[Where, str]]:
    for place, action in all_actions(sop):
        yield from names_used(place, action)
    for place, outcome in all_events(sop):
        yield from ((place, name) for name in effects_names(outcome.effects))


def _name_faults(sop: Sop, vocabulary: Vocabulary) -> Iterator[Fault]:
    yield from head_faults(sop)
    for kind in ("role", "step", "form", "package", "letter"):
        ids = Counter(item.id for item in getattr(sop, f"{kind}s"))
        yield from (fault("twice", kind=kind, name=name) for name, count in ids.items() if count > 1)
    roles = {role.id for role in sop.roles}
    for role in sop.roles:
        superior = [role.escalates_to] if role.escalates_to else []
        yield from placed(unknown("role", superior, roles), Spot("role", role.id), Spot("escalates_to"))
    for step in sop.steps:
        people = unknown("role", (*step.actors, *step.performers, *step.answered_by), roles)
        yield from placed(people, Spot("step", step.id))
        yield from placed(unknown("event", step.on_event, vocabulary.events), Spot("step", step.id))
    for column in sop.sheet.columns:
        yield from placed(unknown("role", column.roles, roles), Spot("sheet"), Spot("column", column.title))
    for place, action in all_actions(sop):
        yield from placed(_action_names(sop, action, vocabulary), *place)
    then = [sop.opening.then] if sop.opening.then else []
    first = {action.id for step in sop.steps[:1] for action in step.actions}
    yield from placed(unknown("then", then, first), Spot("opening", sop.opening.id))
    yield from _outcome_names(sop, vocabulary)


def _action_names(sop: Sop, action: Action, vocabulary: Vocabulary) -> Iterator[Fault]:
    yield from unknown("letter", [preview.letter for preview in action.previews], _letters(sop, vocabulary))
    yield from unknown("role", action.roles, {role.id for role in sop.roles})
    yield from unknown("guard", action.guards, vocabulary.guards)
    yield from unknown("form", [action.form] if action.form else [], {form.id for form in sop.forms})
    yield from unknown("view", [action.id] if action.kind == "view" and not action.previews else [], vocabulary.views)
    yield from unknown("placeholder", _placeholders(action), vocabulary.placeholders)


def _outcome_names(sop: Sop, vocabulary: Vocabulary) -> Iterator[Fault]:
    targets = {step.id for step in sop.steps} | _ENDS
    for place, outcome in all_outcomes(sop):
        yield from placed(unknown("step", [outcome.to] if outcome.to else [], targets), *place)
        yield from placed(unknown("role", outcome.notify, {role.id for role in sop.roles}), *place)
        for effect in outcome.effects:
            issued = [effect.args["letter"]] if "letter" in effect.args else []
            yield from placed(unknown("effect", [effect.name], vocabulary.effects), *place)
            yield from placed(unknown("letter", issued, _letters(sop, vocabulary)), *place)
            yield from placed(effect_faults(sop, effect, vocabulary.arguments, vocabulary.placeholders), *place)
    for place, outcome in all_events(sop):
        personal = [effect.name for effect in outcome.effects if effect.name in vocabulary.personal]
        yield from placed((fault("effect_of_person", effect=name) for name in personal), *place)


def _letters(sop: Sop, vocabulary: Vocabulary) -> AbstractSet[str]:
    return vocabulary.letters | {letter.id for letter in sop.letters}


def _placeholders(action: Action) -> list[str]:
    return PLACEHOLDER.findall(action.confirm.text) if action.confirm else []


def _same_everywhere(sop: Sop) -> Iterator[Fault]:
    """One id is one button: a press carries the id alone, and the record names it for ever."""
    seen: dict[str, Action] = {}
    for place, action in all_actions(sop):
        if seen.setdefault(action.id, action) != action:
            yield from placed([fault("same_action_id")], *place)


def _reach_faults(sop: Sop) -> Iterator[Fault]:
    states = reachable(sop)
    for step in sop.steps:
        statuses = {status for name, status in states if name == step.id}
        found = _idle_actions(step, statuses) if statuses else [fault("unreachable")]
        yield from placed(found, Spot("step", step.id))
        yield from placed(_idle_actors(step), Spot("step", step.id))
    for name, status in sorted(stuck(sop, states)):
        yield from placed([fault("dead_end", status=str(status))], Spot("step", name))


def _idle_actors(step: Step) -> Iterator[Fault]:
    for role in step.actors:
        if not any(role in action.roles and action.kind not in ("view", "remark") for action in step.actions):
            yield fault("actor_without_button", role=role)


def _idle_actions(step: Step, statuses: set[Status]) -> Iterator[Fault]:
    for action in step.actions:
        if not statuses & action.statuses:
            wanted = tuple(sorted(map(str, action.statuses)))
            yield from placed([fault("never_stands", statuses=wanted)], Spot("action", action.id))
