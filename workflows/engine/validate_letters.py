"""Faults of letters and of what goes to people: who signs, who reads, what a text may name, what a name rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from workflows.engine.description import Action, Effect, FieldType, Sop
from workflows.engine.fault import Fault, Spot, fault, placed, unknown
from workflows.engine.letter import ANSWER, PLACEHOLDER, WEEKDAY, WORDS, DescribedLetter
from workflows.engine.parts import Where

Needs = Mapping[str, tuple[str, ...]]


def letter_faults(sop: Sop, templates: AbstractSet[str], needs: Needs) -> Iterator[Fault]:
    """Yield each fault of the letters that the SOP describes itself."""
    for letter in sop.letters:
        yield from placed(_faults_of(sop, letter, templates, needs), Spot("letter", letter.id))


def _faults_of(sop: Sop, letter: DescribedLetter, templates: AbstractSet[str], needs: Needs) -> Iterator[Fault]:
    roles = {role.id for role in sop.roles}
    yield from unknown("role", [letter.signer, *([letter.to] if letter.to else [])], roles)
    yield from unknown("template", [letter.template], templates)
    answers = _questions(sop) | _days(sop)
    yield from unknown("placeholder", letter.placeholders, WORDS | answers)
    yield from unknown("question", letter.fields, answers)
    if "request" in letter.placeholders:
        yield from _missing(sop, "{request}", needs.get("request", ()))


def effect_faults(
    sop: Sop, effect: Effect, arguments: Mapping[str, tuple[str, ...]], words: AbstractSet[str]
) -> Iterator[Fault]:
    """Yield what is wrong with what an effect is given: arguments that lack, readers nobody knows, words unknown."""
    for name in arguments.get(effect.name, ()):
        if not effect.args.get(name):
            yield fault("effect_lacks", effect=effect.name, name=name)
    yield from unknown("role", _given(effect, "to"), {role.id for role in sop.roles})
    yield from unknown("form", _given(effect, "form"), {form.id for form in sop.forms})
    yield from unknown("placeholder", PLACEHOLDER.findall(effect.args.get("text", "")), words)


def _given(effect: Effect, name: str) -> list[str]:
    return [effect.args[name]] if effect.args.get(name) else []


def need_faults(sop: Sop, named: Iterable[tuple[Where, str]], needs: Needs) -> Iterator[Fault]:
    """Yield a fault for each name whose questions or roles this SOP has not."""
    for place, name in named:
        if sop.letter(name) is None:
            yield from placed(_missing(sop, name, needs.get(name, ())), *place)


def names_used(place: Where, action: Action) -> Iterator[tuple[Where, str]]:
    """Yield the names of a button that may rest on something: its effects, letters, guards and its view."""
    names = [*action.guards, *(preview.letter for preview in action.previews), *effects_names(action.outcome.effects)]
    yield from ((place, name) for name in [*names, *([action.id] if action.kind == "view" else [])])


def effects_names(effects: Iterable[Effect]) -> Iterator[str]:
    """Yield the names of effects and of the letters they issue."""
    for effect in effects:
        yield effect.name
        if "letter" in effect.args:
            yield effect.args["letter"]


def _missing(sop: Sop, name: str, needed: tuple[str, ...]) -> Iterator[Fault]:
    roles, questions = {role.id for role in sop.roles}, _questions(sop)
    for need in needed:
        if ANSWER.fullmatch(need):
            if need not in questions:
                yield fault("needs_question", name=name, need=need)
        elif need not in roles:
            yield fault("needs_role", name=name, need=need)


def _days(sop: Sop) -> frozenset[str]:
    """Return every date that is asked for, as it is named where the day's name is to stand before it."""
    dates = ((form, field) for form in sop.forms for field in form.fields if field.type is FieldType.DATE)
    return frozenset(f"{form.id}.{field.id}{WEEKDAY}" for form, field in dates)


def _questions(sop: Sop) -> frozenset[str]:
    """Return every question by "form.field"."""
    return frozenset(f"{form.id}.{field.id}" for form in sop.forms for field in form.fields)
