"""What a button carries: one codec for all of them, at most 64 bytes, with a version in front.

Nothing here is trusted: a payload may be old or forged, so whatever it asks for is checked again where it is done.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TypeAlias

ID_MAX = 2**31 - 1  # of the tables' integer keys
LIMIT = 64  # bytes, Bot API: InlineKeyboardButton.callback_data
_PART = re.compile(r"[A-Za-z0-9_.@+-]*")


@dataclasses.dataclass(frozen=True)
class CasePress:
    """A case's action, on a card that showed `revision`; `sure` once what cannot be undone was asked again."""

    case: int
    action: str
    revision: int
    sure: bool = False


@dataclasses.dataclass(frozen=True)
class FormPress:
    """A button of a form's message: `at` is the field it was shown for (or "summary"), `value` what was picked."""

    verb: str
    at: str
    value: str = ""


@dataclasses.dataclass(frozen=True)
class Show:
    """Show a screen; changes nothing."""

    screen: str
    args: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Do:
    """Something that is done at once and belongs to no case: ending a mandate, say."""

    verb: str
    args: tuple[str, ...] = ()


Press: TypeAlias = CasePress | FormPress | Show | Do


class UnknownPressError(ValueError):
    """The payload is none of ours: forged, or of a version no longer understood."""


def encode(press: Press) -> str:
    """Return the payload. Raises `ValueError` for what does not fit or would not come back the same."""
    parts = _parts(press)
    text = ":".join(parts)
    if len(text.encode()) > LIMIT or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"a button cannot carry {text!r}")
    return text


def decode(text: str) -> Press:
    """Return what a payload asks for. Raises `UnknownPressError`."""
    head, *rest = text.split(":")
    if len(text.encode()) > LIMIT or not all(_PART.fullmatch(part) for part in rest):
        raise UnknownPressError(text)
    match head, rest:
        case (("c1" | "k1"), [case, action, revision]) if is_id(case) and action and is_id(revision):
            return CasePress(int(case), action, int(revision), sure=head == "k1")
        case "f1", [verb, at, value] if verb and at:
            return FormPress(verb, at, value)
        case "n1", [screen, *args] if screen:
            return Show(screen, tuple(args))
        case "d1", [verb, *args] if verb:
            return Do(verb, tuple(args))
    raise UnknownPressError(text)


def _parts(press: Press) -> list[str]:
    match press:
        case CasePress():
            return ["k1" if press.sure else "c1", str(press.case), press.action, str(press.revision)]
        case FormPress():
            return ["f1", press.verb, press.at, press.value]
        case Show():
            return ["n1", press.screen, *press.args]
        case Do():
            return ["d1", press.verb, *press.args]


def is_id(text: str) -> bool:
    """Whether a text can be the number of a row: PostgreSQL refuses to compare what no row can have."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(ID_MAX)) and int(text) <= ID_MAX


def first_number(args: Sequence[str]) -> int:
    """Return the first argument as the number of a row; 0, which none has, for anything else."""
    return int(args[0]) if args and is_id(args[0]) else 0
