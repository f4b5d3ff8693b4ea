"""Takes typed values out of parsed TOML, remembering where: each fault names file, place and what stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from workflows.engine.description import DAYS, WORKING_DAY, Status
from workflows.engine.fault import DescriptionError, Spot, fault, in_file, placed

_REQUIRED: Any = object()
_T = TypeVar("_T")
_UNITS = {"menit": timedelta(minutes=1), "jam": timedelta(hours=1), DAYS: WORKING_DAY}


class TomlTable:
    """One TOML table being read. `done()` refuses the keys that nobody took."""

    def __init__(self, data: dict[str, Any], source: str, where: tuple[Spot, ...] = ()) -> None:
        self._data = data
        self._taken: set[str] = set()
        self.source = source
        self._where = where

    def error(self, code: str, /, **params: Any) -> DescriptionError:
        """Return an error that says where this table stands."""
        return DescriptionError(in_file(placed([fault(code, **params)], *self._where), self.source))

    def inside(self, data: dict[str, Any], kind: str, name: str = "") -> TomlTable:
        """Return a table that stands in this one."""
        return TomlTable(data, self.source, (*self._where, Spot(kind, name)))

    def take(self, key: str, kind: type[_T], default: Any = _REQUIRED) -> _T:
        """Return the value of `key`, of exactly that type. Raises `DescriptionError`."""
        self._taken.add(key)
        if key not in self._data:
            if default is _REQUIRED:
                raise self.error("missing", key=key, present=tuple(self._data))
            return default  # type: ignore[no-any-return]  # a default is of the caller's own making
        value = self._data[key]
        if type(value) is not kind:
            raise self.error("wrong_type", key=key, kind=kind.__name__, value=value)
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        """Return a text; an empty one only where a default allows it."""
        value = self.take(key, str, default)
        if not value and default is _REQUIRED:
            raise self.error("empty", key=key)
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
            raise self.error("not_texts", key=key)
        return tuple(values)

    def wholes(self, key: str, default: Sequence[int]) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        values = self.take(key, list, default=list(default))
        if not all(type(value) is int for value in values):
            raise self.error("not_wholes", key=key)
        return tuple(values)

    def one_of(self, key: str, allowed: Sequence[_T], default: Any = _REQUIRED) -> _T:
        """Return a text from a closed set."""
        return self.checked(key, self.text(key, default), allowed)

    def checked(self, key: str, value: str, allowed: Sequence[_T]) -> _T:
        """Return the member of `allowed` that equals `value`."""
        for item in allowed:
            if item == value:
                return item
        raise self.error("not_one_of", key=key, name=value, known=tuple(str(item) for item in allowed if item))

    def status(self, name: str) -> Status:
        """Return a case status by name."""
        return self.checked("status", name, tuple(Status))

    @property
    def empty(self) -> bool:
        """Whether nothing stands in this table."""
        return not self._data

    def table(self, key: str, default: Any = _REQUIRED) -> TomlTable:
        """Return a table inside this one."""
        return self.inside(self.take(key, dict, default), key)

    def tables(self, key: str) -> list[TomlTable]:
        """Return a list of tables, each named by its id in faults, else by its number; none where the key is absent."""
        places = []
        for number, item in enumerate(self.take(key, list, default=[]), start=1):
            if not isinstance(item, dict):
                raise self.error("not_tables", key=key)
            places.append(self.inside(item, SINGULAR.get(key, key), str(item.get("id", f"#{number}"))))
        return places

    def done(self) -> None:
        """Raise `DescriptionError` for a key that nothing reads: a misspelling would otherwise pass in silence."""
        unread = sorted(set(self._data) - self._taken)
        if unread:
            raise self.error("unknown_key", name=unread[0], known=tuple(sorted(self._taken - self._data.keys())))


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


def duration(place: TomlTable, key: str) -> tuple[str, timedelta]:
    """Return "2 menit", "3 jam" or "2 hari" as it stands, and its working time (days of `WORKING_DAY`)."""
    text = place.text(key)
    match = re.fullmatch(r"([1-9][0-9]{0,3}) (menit|jam|hari)", text)
    if match is None:
        raise place.error("no_duration", key=key, value=text)
    return text, int(match[1]) * _UNITS[match[2]]
