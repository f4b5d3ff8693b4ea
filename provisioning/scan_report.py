"""What a look through a hosting's files found, as frozen data; nothing in it is trusted to be short or clean."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

PATH_MAX = 300
EXCERPT_MAX = 200


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trait:
    """One reason to suspect a file or a page: `id` names it, `excerpt` is what stands there (`line` 0: nowhere)."""

    id: str
    weight: int
    line: int = 0
    excerpt: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suspect:
    """A suspected file. `changed` is the date it bears (Unix time), `opinion` the name ClamAV knows it by."""

    path: str
    size: int
    changed: float
    sha256: str
    traits: tuple[Trait, ...]
    opinion: str | None

    @property
    def score(self) -> int:
        """The sum of what its traits weigh."""
        return sum(trait.weight for trait in self.traits)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScanReport:
    """One part of a pass. `next` is where to go on, None at the end; `began` (the server's clock) the next `since`."""

    began: float
    files: int
    read: int
    bytes: int
    closed: int
    next: str | None
    asked: bool  # whether ClamAV gave an opinion
    suspects: tuple[Suspect, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ScanReport:
        """Read what the agent said. Raises `ValueError`, `KeyError`, `TypeError` for another shape."""
        return cls(
            began=float(data["began"]),
            files=int(data["files"]),
            read=int(data["read"]),
            bytes=int(data["bytes"]),
            closed=int(data["closed"]),
            next=None if data["next"] is None else str(data["next"]),
            asked=bool(data["asked"]),
            suspects=tuple(_suspect(one) for one in data["suspects"]),
        )


def _suspect(data: Mapping[str, Any]) -> Suspect:
    return Suspect(
        path=str(data["path"])[:PATH_MAX],
        size=int(data["size"]),
        changed=float(data["changed"]),
        sha256=str(data["sha256"])[:64],
        traits=tuple(_trait(one) for one in data["traits"]),
        opinion=None if data["opinion"] is None else str(data["opinion"])[:100],
    )


def _trait(data: Mapping[str, Any]) -> Trait:
    return Trait(
        id=str(data["trait"])[:40],
        weight=int(data["weight"]),
        line=int(data["line"]),
        excerpt=str(data["excerpt"])[:EXCERPT_MAX],
    )
