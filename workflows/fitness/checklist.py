"""What is looked at before a hosting is handed over, and each year: data, read from `templates/checklists`.

Its origin is the technical standard for web applications of Peraturan BSSN 4/2021.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import tomllib
from pathlib import Path

from provisioning.fitness.examine import CHECKS
from provisioning.spec import HostingSpec, Kind
from workflows.engine.toml_table import TomlTable
from workflows.fitness import backups_seen

FILE = Path(__file__).parents[2] / "templates" / "checklists" / "uji_kelaikan.toml"
KNOWN_HERE = frozenset(
    {"in_step", "php_supported", *backups_seen.ITEMS}
)  # what the office knows without asking the site


class CheckedBy(enum.StrEnum):
    """Who looks at an item."""

    MACHINE = "mesin"
    PERSON = "orang"


class Scope(enum.StrEnum):
    """Which hostings an item concerns."""

    ALL = "semua"
    PHP = "php"
    DATABASE = "basis_data"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that is looked at. `function` and `origin` say where it comes from, `remedy` what to do.

    `plain` says to a head what lacks, and who mends it.
    """

    id: str
    function: str
    question: str
    by: CheckedBy
    scope: Scope
    required: bool
    remedy: str
    plain: str
    origin: str = ""

    def concerns(self, spec: HostingSpec) -> bool:
        """Whether a hosting of that kind has to do with it."""
        return {Scope.ALL: True, Scope.PHP: spec.kind is Kind.PHP, Scope.DATABASE: spec.database}[self.scope]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checklist:
    """All of it; `version` grows with every change that makes old and new results hard to compare."""

    version: int
    basis: str
    items: tuple[Item, ...]

    def of(self, spec: HostingSpec) -> tuple[Item, ...]:
        """Return what concerns one hosting."""
        return tuple(item for item in self.items if item.concerns(spec))

    def item(self, item_id: str) -> Item | None:
        """Return one item by its id."""
        return next((item for item in self.items if item.id == item_id), None)


@functools.cache
def checklist(file: Path = FILE) -> Checklist:
    """Read the list. Raises `DescriptionError` for one that is wrong, or a machine's item that no machine looks at."""
    top = TomlTable(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    found = Checklist(
        version=top.whole("versi"),
        basis=top.text("dasar"),
        items=tuple(_item(place) for place in top.tables("butir")),
    )
    top.done()
    if len({item.id for item in found.items}) < len(found.items):
        raise top.error("id_twice")
    return found


def _item(place: TomlTable) -> Item:
    item = Item(
        id=place.text("id"),
        function=place.text("fungsi"),
        question=place.text("uji"),
        by=place.one_of("oleh", tuple(CheckedBy)),
        scope=place.one_of("untuk", tuple(Scope), default=Scope.ALL),
        required=place.flag("wajib"),
        remedy=place.text("tindak"),
        plain=place.text("awam"),
        origin=place.text("asal", default=""),
    )
    place.done()
    if item.by is CheckedBy.MACHINE and item.id not in CHECKS and item.id not in KNOWN_HERE:
        raise place.error("no_machine_looks", name=item.id, known=tuple(CHECKS))
    return item
