"""Answers picked from a list, by button or by typing what the button says, or enough of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.texts import clean
from workflows.engine.questions import Choice, FieldLimits

TYPED_LEAST = 3  # characters of a part of a label that is taken for the whole
NAMED_MOST = 8  # choices that are named to somebody who typed none of them; more would be no sentence
_YES = {"ya", "y", "yes"}
_NO = {"tidak", "t", "no"}


def pick(raw: str, choices: Sequence[Choice]) -> str:
    """Return the value of the choice meant: by value or label, or by words that begin those of one label only.

    Raises `FieldError`.
    """
    found = _find(raw, choices)
    if found is not None:
        return found.value
    meant = _begun(raw, choices)
    if len(meant) == 1:
        return meant[0].value
    if meant:
        raise FieldError(Fault.SEVERAL_CHOICES, choices=_named(meant))
    raise FieldError(Fault.NO_SUCH_CHOICE, choices=_named(choices))


def pick_several(raw: str | Sequence[str], choices: Sequence[Choice], limits: FieldLimits) -> list[str]:
    """Return the values picked, each once, in the list's order. Typed answers part by commas or lines."""
    wanted = _parts(raw) if isinstance(raw, str) else raw
    picked = {pick(item, choices) for item in wanted}
    _count(len(picked), limits)
    return [choice.value for choice in choices if choice.value in picked]


def pick_reasons(raw: str | Sequence[str], choices: Sequence[Choice], limits: FieldLimits) -> list[str]:
    """Return reasons as sentences: the label of a picked one, else the person's own words (a text is one reason)."""
    wanted = [raw] if isinstance(raw, str) else raw
    reasons: list[str] = []
    for item in wanted:
        found = next((choice for choice in choices if item in (choice.value, choice.label)), None)
        reason = found.label if found else clean(item, limits, lines=True)
        if reason not in reasons:
            reasons.append(reason)
    _count(len(reasons), limits)
    return reasons


def yes_or_no(raw: str | bool) -> bool:
    """Return whether the answer is yes. Raises `FieldError`."""
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower()
    if word not in _YES | _NO:
        raise FieldError(Fault.NO_SUCH_CHOICE, choices="Ya, Tidak")
    return word in _YES


def acknowledged(raw: str | bool, choices: Sequence[Choice]) -> bool:
    """Return True; anything but agreement raises `FieldError`."""
    if raw is True or (isinstance(raw, str) and (raw.strip().lower() in _YES or _find(raw, choices))):
        return True
    raise FieldError(Fault.NOT_AGREED)


def _find(raw: str, choices: Sequence[Choice]) -> Choice | None:
    word = raw.strip()
    for choice in choices:
        if word == choice.value or word.casefold() == choice.label.casefold():
            return choice
    return None


def _begun(raw: str, choices: Sequence[Choice]) -> list[Choice]:
    typed = raw.casefold().split()
    if len(raw.strip()) < TYPED_LEAST or not any(map(str.isalpha, raw)):
        return []  # too little, or a button's value that is offered no more
    labels = [(choice, re.findall(r"\w+", choice.label.casefold())) for choice in choices]
    return [choice for choice, words in labels if all(any(word.startswith(one) for word in words) for one in typed)]


def _named(choices: Sequence[Choice]) -> str:
    """Return the labels in a row; nothing where they are too many for a sentence."""
    return ", ".join(choice.label for choice in choices) if len(choices) <= NAMED_MOST else ""


def _parts(raw: str) -> list[str]:
    return [part.strip() for part in raw.replace("\n", ",").split(",") if part.strip()]


def _count(count: int, limits: FieldLimits) -> None:
    if count < limits.min_items:
        raise FieldError(Fault.TOO_FEW, limit=limits.min_items)
    if count > limits.max_items:
        raise FieldError(Fault.TOO_MANY, limit=limits.max_items)
