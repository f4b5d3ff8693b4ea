"""Faults of letters and of what goes to people: who signs, who reads, what a text may name, what a name rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from workflows.engine.description import Action, Effect, Sop
from workflows.engine.letter import ANSWER, PLACEHOLDER, WORDS, DescribedLetter

Needs = Mapping[str, tuple[str, ...]]


def letter_faults(sop: Sop, templates: AbstractSet[str], needs: Needs) -> Iterator[str]:
    """Yield "letter …: reason" for each fault of a letter that the SOP describes itself."""
    for letter in sop.letters:
        place = f"letter {letter.id}"
        roles = {role.id for role in sop.roles}
        named = [letter.signer, *([letter.to] if letter.to else [])]
        yield from (f"{place}: unknown role {role!r}" for role in named if role not in roles)
        if letter.template not in templates:
            yield f"{place}: unknown template {letter.template!r}"
        yield from (f"{place}: {fault}" for fault in _text_faults(sop, letter))
        if "request" in letter.placeholders:
            yield from (f"{place}: {fault}" for fault in _missing(sop, "{request}", needs.get("request", ())))


def _text_faults(sop: Sop, letter: DescribedLetter) -> Iterator[str]:
    for name in letter.placeholders:
        if name not in WORDS and not _asked(sop, name):
            yield f"unknown placeholder {name!r}"
    for name in letter.fields:
        if not _asked(sop, name):
            yield f"fields: unknown question {name!r}"


def effect_faults(
    sop: Sop, effect: Effect, arguments: Mapping[str, tuple[str, ...]], words: AbstractSet[str]
) -> Iterator[str]:
    """Yield what is wrong with what an effect is given: arguments that lack, readers nobody knows, words unknown."""
    for name in arguments.get(effect.name, ()):
        if not effect.args.get(name):
            yield f"effect {effect.name}: {name} is missing"
    to = effect.args.get("to")
    if to and to not in {role.id for role in sop.roles}:
        yield f"effect {effect.name}: unknown role {to!r}"
    form = effect.args.get("form")
    if form and form not in {known.id for known in sop.forms}:
        yield f"unknown form {form!r}"
    for name in PLACEHOLDER.findall(effect.args.get("text", "")):
        if name not in words:
            yield f"effect {effect.name}: unknown placeholder {name!r}"


def need_faults(sop: Sop, named: Iterable[tuple[str, str]], needs: Needs) -> Iterator[str]:
    """Yield "place: reason" for each (place, name) whose questions or roles this SOP has not."""
    for place, name in named:
        if sop.letter(name) is None:
            yield from (f"{place}: {fault}" for fault in _missing(sop, name, needs.get(name, ())))


def names_used(place: str, action: Action) -> Iterator[tuple[str, str]]:
    """Yield the names of a button that may rest on something: its effects, letters, guards and its view."""
    names = [*action.guards, *(preview.letter for preview in action.previews), *effects_names(action.outcome.effects)]
    yield from ((place, name) for name in [*names, *([action.id] if action.kind == "view" else [])])


def effects_names(effects: Iterable[Effect]) -> Iterator[str]:
    """Yield the names of effects and of the letters they issue."""
    for effect in effects:
        yield effect.name
        if "letter" in effect.args:
            yield effect.args["letter"]


def _missing(sop: Sop, name: str, needed: tuple[str, ...]) -> Iterator[str]:
    roles = {role.id for role in sop.roles}
    for need in needed:
        if ANSWER.fullmatch(need):
            if not _asked(sop, need):
                yield f"{name} needs the question {need}"
        elif need not in roles:
            yield f"{name} needs the role {need}"


def _asked(sop: Sop, name: str) -> bool:
    form_id, _, field_id = name.partition(".")
    return any(form.id == form_id and any(field.id == field_id for field in form.fields) for form in sop.forms)
