"""What the engine looks at to decide: the case as it stands and the person who pressed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypedDict, cast

from workflows.engine.description import Status


class Recorded(TypedDict):
    """Who pressed what, of a fact that keeps it by person (`Outcome.records`)."""

    action: str
    at: str  # an instant (ISO)
    answers: dict[str, Any]


class EngineFacts(TypedDict, total=False):
    """The facts that the engine itself knows by name."""

    requesters: list[int]  # who acted for the OPD, by id: they never decide on the case
    paper_request: int  # who entered the request from paper, by id: the office answers for the OPD


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseState:
    """A case at one revision. `facts`: answers by form id, and named flags; all of it fit for JSON."""

    step: str
    status: Status
    revision: int
    opd_id: int
    facts: Mapping[str, Any] = dataclasses.field(default_factory=_nothing)

    @property
    def known_facts(self) -> EngineFacts:
        """The facts as those that the engine knows by name; nothing is copied."""
        return cast("EngineFacts", self.facts)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mandate:
    """A role held today. `acting`: "" for definitif, else "plt" or "plh" (UU 30/2014 art. 14).

    `outranked`: somebody holds the same office by a mandate that goes first, see `PRECEDENCE`.
    """

    id: int
    role: str
    opd_id: int | None = None
    acting: str = ""
    outranked: bool = False


PRECEDENCE = ("plh", "", "plt")
"""Who acts where several hold one office: the Plh of an absent holder, else the holder, else the Plt of a vacancy."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Actor:
    """The person who pressed, with the mandates in force at this moment and no others."""

    person_id: int
    mandates: tuple[Mandate, ...]
    nip: str = ""


Guard = Callable[[CaseState, Actor], bool]
Guards = Mapping[str, Guard]
