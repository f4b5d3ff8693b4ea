"""Answers picked from a list, by button or by typing what the button says."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.texts import clean
from workflows.engine.questions import Choice, FieldLimits

_YES = {"ya", "y", "yes"}
_NO = {"tidak", "t", "no"}


def pick(raw: str, choices: Sequence[Choice]) -> str:
    """Return the value of the choice meant: by value or label. Raises `FieldError`."""
    found = _find(raw, choices)
    if found is None:
        raise FieldError(Fault.NO_SUCH_CHOICE, choices=", ".join(choice.label for choice in choices))
    return found.value


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


def _parts(raw: str) -> list[str]:
    return [part.strip() for part in raw.replace("\n", ",").split(",") if part.strip()]


def _count(count: int, limits: FieldLimits) -> None:
    if count < limits.min_items:
        raise FieldError(Fault.TOO_FEW, limit=limits.min_items)
    if count > limits.max_items:
        raise FieldError(Fault.TOO_MANY, limit=limits.max_items)
