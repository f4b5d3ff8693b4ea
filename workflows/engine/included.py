"""A description and the parts it includes: several files, read as one. What stands in two of them is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from workflows.engine.reading import SINGULAR, DescriptionError, Place

PARTS = "parts"  # the folder, beside a description, of what several of them share
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.toml")


class Files:
    """The files of one description. `origins` tells in which file each named table stands ("step agenda")."""

    def __init__(self, path: Path) -> None:
        """Read them. Raises `DescriptionError` for one that is not there, is no TOML, or has another's name."""
        self.own = _read(path)
        self._origins: dict[str, str] = {}
        self._parts = tuple(self._part(path, name) for name in self.own.texts("include", default=[]))

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each table that was taken stands, by what messages call it."""
        return dict(self._origins)

    def tables(self, key: str, *, own_first: bool = False) -> list[Place]:
        """Return the tables of all files: the parts' in the order in which they are included, then our own."""
        places = (self.own, *self._parts) if own_first else (*self._parts, self.own)
        found = [(place, item) for place in places for item in place.tables(key)]
        return [self._noted(place, f"{SINGULAR[key]} {item.text('id')}", item) for place, item in found]

    def done(self) -> None:
        """Raise `DescriptionError` for what nobody read, in any of the files."""
        for place in (self.own, *self._parts):
            place.done()

    def _part(self, path: Path, name: str) -> Place:
        if not _NAME.fullmatch(name):
            raise self.own.error(f"include: {name!r} is no name of a file in {PARTS}/")
        return _read(path.parent / PARTS / name)

    def _noted(self, file: Place, name: str, item: Place) -> Place:
        known = self._origins.setdefault(name, file.where)
        if known != file.where:
            raise item.error(f"stands in {known} too")
        return item


def _read(path: Path) -> Place:
    try:
        return Place(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DescriptionError(f"{path}: cannot be read as TOML: {error}") from error
