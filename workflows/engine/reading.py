"""Takes typed values out of parsed TOML, remembering where: each error names file, place and reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from workflows.engine.description import WORKING_DAY, Status

_REQUIRED: Any = object()
_T = TypeVar("_T")
_UNITS = {"menit": timedelta(minutes=1), "jam": timedelta(hours=1), "hari": WORKING_DAY}


class DescriptionError(Exception):
    """A description is broken: the message says file, place (step, action, form) and reason, a line each fault."""


class Place:
    """One TOML table being read. `done()` refuses the keys that nobody took."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self._data = data
        self._taken: set[str] = set()
        self.where = where

    def error(self, reason: str) -> DescriptionError:
        """Return an error that says where this table stands."""
        return DescriptionError(f"{self.where}: {reason}")

    def take(self, key: str, kind: type[_T], default: Any = _REQUIRED) -> _T:
        """Return the value of `key`, of exactly that type. Raises `DescriptionError`."""
        self._taken.add(key)
        if key not in self._data:
            if default is _REQUIRED:
                raise self.error(f"{key} is missing")
            return default  # type: ignore[no-any-return]  # a default is of the caller's own making
        value = self._data[key]
        if type(value) is not kind:
            raise self.error(f"{key} must be of type {kind.__name__}, not {value!r}")
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        """Return a text; an empty one only where a default allows it."""
        value = self.take(key, str, default)
        if not value and default is _REQUIRED:
            raise self.error(f"{key} is empty")
        return value

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return self.take(key, int)

    def flag(self, key: str) -> bool:
        """Return a boolean, false where nothing is said."""
        return self.take(key, bool, default=False)

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} must be a list of texts")
        return tuple(values)

    def wholes(self, key: str, default: Sequence[int]) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        values = self.take(key, list, default=list(default))
        if not all(type(value) is int for value in values):
            raise self.error(f"{key} must be a list of whole numbers")
        return tuple(values)

    def one_of(self, key: str, allowed: Sequence[_T], default: Any = _REQUIRED) -> _T:
        """Return a text from a closed set."""
        return self.checked(key, self.text(key, default), allowed)

    def checked(self, key: str, value: str, allowed: Sequence[_T]) -> _T:
        """Return the member of `allowed` that equals `value`."""
        for item in allowed:
            if item == value:
                return item
        raise self.error(f"{key} must be one of {', '.join(map(str, allowed))}, not {value!r}")

    def status(self, name: str) -> Status:
        """Return a case status by name."""
        return self.checked("status", name, tuple(Status))

    @property
    def empty(self) -> bool:
        """Whether nothing stands in this table."""
        return not self._data

    def table(self, key: str, default: Any = _REQUIRED) -> Place:
        """Return a table inside this one."""
        return Place(self.take(key, dict, default), f"{self.where}: {key}")

    def tables(self, key: str) -> list[Place]:
        """Return a list of tables, each named by its id in messages; none where the key is absent."""
        places = []
        for number, item in enumerate(self.take(key, list, default=[]), start=1):
            if not isinstance(item, dict):
                raise self.error(f"{key} must be a list of tables")
            places.append(Place(item, f"{self.where}: {SINGULAR.get(key, key)} {item.get('id', f'no. {number}')}"))
        return places

    def done(self) -> None:
        """Raise `DescriptionError` for a key that nothing reads: a misspelling would otherwise pass in silence."""
        unknown = sorted(set(self._data) - self._taken)
        if unknown:
            raise self.error(f"unknown key {', '.join(unknown)}")


SINGULAR = {
    "steps": "step",
    "actions": "action",
    "shared_actions": "action",
    "forms": "form",
    "fields": "field",
    "roles": "role",
    "packages": "package",
    "choices": "choice",
    "columns": "column",
    "letters": "letter",
}


def duration(place: Place, text: str) -> timedelta:
    """Return the working time of "2 menit", "3 jam" or "2 hari" (working days of `WORKING_DAY`)."""
    match = re.fullmatch(r"([1-9][0-9]{0,3}) (menit|jam|hari)", text)
    if match is None:
        raise place.error(f'{text!r} is no duration; write "2 menit", "3 jam" or "2 hari"')
    return int(match[1]) * _UNITS[match[2]]
