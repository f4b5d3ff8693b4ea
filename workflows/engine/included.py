"""A description and the parts it includes: several files, read as one. What stands in two of them is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from workflows.engine.fault import DescriptionError, Fault, fault, in_file
from workflows.engine.toml_table import SINGULAR, TomlTable

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

    def tables(self, key: str, *, own_first: bool = False) -> list[TomlTable]:
        """Return the tables of all files: the parts' in the order in which they are included, then our own."""
        places = (self.own, *self._parts) if own_first else (*self._parts, self.own)
        found = [(place, item) for place in places for item in place.tables(key)]
        return [self._noted(place, f"{SINGULAR[key]} {item.text('id')}", item) for place, item in found]

    def done(self) -> None:
        """Raise `DescriptionError` for what nobody read, in any of the files."""
        for place in (self.own, *self._parts):
            place.done()

    def _part(self, path: Path, name: str) -> TomlTable:
        if not _NAME.fullmatch(name):
            raise self.own.error("bad_include", name=name, folder=PARTS)
        return _read(path.parent / PARTS / name)

    def _noted(self, file: TomlTable, name: str, item: TomlTable) -> TomlTable:
        known = self._origins.setdefault(name, file.source)
        if known != file.source:
            raise item.error("stands_elsewhere", file=known)
        return item


def _read(path: Path) -> TomlTable:
    try:
        return TomlTable(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except OSError as error:
        wrong = fault("unreadable", reason=error.strerror or str(error))
    except UnicodeDecodeError:
        wrong = fault("not_utf8")
    except tomllib.TOMLDecodeError as error:
        wrong = _not_toml(path, error)
    raise DescriptionError(in_file([wrong], str(path)))


def _not_toml(path: Path, error: tomllib.TOMLDecodeError) -> Fault:
    """Name the line where reading stopped, the last one where the file ended too early."""
    lines = path.read_text(encoding="utf-8").splitlines() or [""]
    found = re.search(r"at line ([0-9]+)", str(error))
    line = min(int(found[1]), len(lines)) if found else len(lines)
    return fault("not_toml", line=line, text=lines[line - 1].strip())
