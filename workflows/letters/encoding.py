"""A letter's data as plain JSON values for its template: dates in words, text made safe, nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from workflows import words
from workflows.letters.plain import clean, one_line

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
PARAGRAPHS = frozenset(
    {"purpose", "note", "reasons", "notes", "value", "opening", "closing"}
)  # fields whose line ends are kept


@runtime_checkable
class HasFacts(Protocol):
    """A part of a letter that says itself what its template sees of it."""

    def facts(self) -> Mapping[str, object]:
        """Return the template's view, still to be encoded."""
        ...


def encode(value: object, *, lines: bool = False) -> Json:
    """Turn a letter, or a part of one, into JSON values; text keeps its line ends with `lines` only.

    Raises `TypeError` for a type no letter has.
    """
    encoded: Json
    match value:
        case enum.Enum():
            encoded = encode(value.value)
        case str():
            encoded = clean(value) if lines else one_line(value)
        case None | bool() | int() | float():
            encoded = value
        case dt.datetime():
            encoded = words.date_time(value)
        case dt.date():
            encoded = words.date(value)
        case Mapping():
            encoded = {str(key): encode(item, lines=key in PARAGRAPHS) for key, item in value.items()}
        case list() | tuple():
            encoded = [encode(item, lines=lines) for item in value]
        case _:
            encoded = encode(facts_of(value))
    return encoded


def facts_of(value: object) -> Mapping[str, object]:
    """Return what a template sees of a letter, or a part of one: what it says itself, else all its fields."""
    return value.facts() if isinstance(value, HasFacts) else fields_of(value)


def fields_of(value: object) -> dict[str, object]:
    """Return the fields of a dataclass, one level deep. Raises `TypeError` for anything else."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"no letter holds a {type(value).__name__}")
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
