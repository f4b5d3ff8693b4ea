"""The flow of a form: which question now, what an answer, a skip or a step back makes of it. Pure.

One rule gives every order: the question asked is the first that has no answer yet. So changing one answer at the
summary asks nothing again, except what the change itself brought up or made void.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from workflows.engine.description import Field, FieldType, Form
from workflows.engine.questions import Choice

SUMMARY = "summary"
_PLAIN = re.compile(r"[A-Za-z0-9_.+-]{1,24}")  # a field's id and a verb must fit beside it
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Filling:
    """A form half filled: `position` is the field asked now or `SUMMARY`; `scratch` the answer under way.

    An optional question that was skipped has the answer None, so that it is not asked again.
    """

    form: Form
    answers: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _NOTHING)
    position: str = ""
    scratch: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _NOTHING)

    @property
    def field(self) -> Field | None:
        """The field asked now, or None at the summary."""
        return None if self.position == SUMMARY else self.form.field(self.position)

    @property
    def asked(self) -> tuple[Field, ...]:
        """The questions that apply, given the answers so far."""
        return self.form.asked(self.answers)

    @property
    def one_by_one(self) -> tuple[Field, ...]:
        """The questions that somebody is asked one by one; what nobody is asked counts only while it is open."""
        return tuple(one for one in self.asked if not (one.assumed or one.later) or one.id == self.position)

    @property
    def place(self) -> tuple[int, int]:
        """The present question's number and the count of all: "3/9"."""
        ids = [field.id for field in self.one_by_one]
        return ids.index(self.position) + 1, len(ids)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask."""
        return all(_has_answer(self, field) for field in self.asked)

    @property
    def may_skip(self) -> bool:
        """Whether the present question may be left open."""
        return self.field is not None and self.field.may_skip(self.answers)

    @property
    def may_go_back(self) -> bool:
        """Whether there is somewhere to go back to."""
        return self.position == SUMMARY or self.complete or self.place[0] > 1


def begin(form: Form, answers: Mapping[str, Any] = _NOTHING) -> Filling:
    """Start a form, with the answers there are; those to questions that are no more fall away."""
    given = {field.id: _assumed(field) for field in form.fields if field.assumed} | dict(answers)
    known = {field.id: given[field.id] for field in form.fields if field.id in given}
    return _settle(Filling(form=form, answers=known))


def begin_again(form: Form, answers: Mapping[str, Any]) -> Filling:
    """Start from the answers of a form that was sent ("Ajukan ulang"): what was left open then is left open now."""
    skipped = {field.id: None for field in form.asked(answers) if field.may_skip(answers)}
    return begin(form, {**skipped, **answers})


def resume(form: Form, answers: Mapping[str, Any], position: str, scratch: Mapping[str, Any]) -> Filling:
    """Take up a kept form; a question that the form no longer has falls away."""
    filling = Filling(form=form, answers=answers, position=position, scratch=scratch)
    if position == SUMMARY and filling.complete:
        return filling
    if any(field.id == position for field in filling.asked):
        return filling
    return _settle(filling)


def answer(filling: Filling, value: Any) -> Filling:
    """Keep the answer to the present question and go on."""
    return _settle(dataclasses.replace(filling, answers={**filling.answers, filling.position: value}))


def skip(filling: Filling) -> Filling:
    """Leave the present question open and go on. Nothing happens where it must be answered."""
    return answer(filling, None) if filling.may_skip else filling


def back(filling: Filling) -> Filling:
    """Go to the question before; from a question opened at the summary, back to the summary."""
    if not filling.may_go_back:
        return filling
    if filling.position != SUMMARY and filling.complete:
        return _at(filling, SUMMARY)
    ids = [field.id for field in filling.one_by_one]
    before = ids if filling.position == SUMMARY else ids[: filling.place[0] - 1]
    return _at(filling, before[-1]) if before else filling


def change(filling: Filling, field_id: str) -> Filling:
    """Ask one question again. Nothing happens for one that does not apply."""
    return _at(filling, field_id) if any(field.id == field_id for field in filling.asked) else filling


def toggle(filling: Filling, value: str) -> Filling:
    """Tick or untick one of several choices; kept aside until the person is done."""
    ticked = ticks(filling)
    ticked = [one for one in ticked if one != value] if value in ticked else [*ticked, value]
    return dataclasses.replace(filling, scratch={**filling.scratch, "ticks": ticked})


def ticks(filling: Filling) -> list[str]:
    """Return what is ticked: first the answer given before, or the default."""
    if "ticks" in filling.scratch:
        return list(filling.scratch["ticks"])
    before = filling.answers.get(filling.position)
    if isinstance(before, list):
        return [one for one in before if isinstance(one, str)]
    default = filling.field.default if filling.field else ""
    return [default] if default else []


def token_of(choice: Choice, place: int) -> str:
    """Return what a button carries for a choice: its value, or its place where the value is no plain short word."""
    return choice.value if _PLAIN.fullmatch(choice.value) else f"@{place}"


def value_of(field: Field | None, token: str) -> str:
    """Return the value that a button's token means; a token that means none comes back as it is."""
    place = token.removeprefix("@")
    if field is None or place == token or not (place.isascii() and place.isdigit()):
        return token
    return field.choices[int(place)].value if int(place) < len(field.choices) else token


def _assumed(field: Field) -> Any:
    return [field.assumed] if field.type is FieldType.MULTI_CHOICE else field.assumed


def _settle(filling: Filling) -> Filling:
    """Forget answers that no longer apply, then go to the first question without one."""
    applies = {field.id for field in filling.asked}
    answers = {key: value for key, value in filling.answers.items() if key in applies}
    kept = dataclasses.replace(filling, answers=answers)
    if len(answers) < len(filling.answers):
        return _settle(kept)
    open_until_later = {field.id: None for field in kept.asked if field.later}
    kept = dataclasses.replace(kept, answers=open_until_later | answers)
    unanswered = (field for field in kept.asked if not _has_answer(kept, field))
    found = next(unanswered, None)
    return _at(kept, found.id if found else SUMMARY)


def _has_answer(filling: Filling, field: Field) -> bool:
    if field.id not in filling.answers:
        return False
    value = filling.answers[field.id]
    return field.may_skip(filling.answers) if value is None else field.offers(value)


def _at(filling: Filling, position: str) -> Filling:
    return dataclasses.replace(filling, position=position, scratch={})
