"""Offices that one person holds, and who may name a deputy for them: a Plh or a Plt (UU 30/2014 art. 14). Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from workflows.engine.case import Mandate
from workflows.engine.description import Role, Sop

PLH, PLT = "plh", "plt"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Position:
    """One single office: a role, of one OPD where the role belongs to an OPD."""

    role: Role
    opd_id: int | None = None

    @property
    def key(self) -> str:
        """The seat as a button carries it."""
        return self.role.id if self.opd_id is None else f"{self.role.id}.{self.opd_id}"

    def held_by(self, mandate: Mandate) -> bool:
        """Whether a mandate is of this office."""
        return mandate.role == self.role.id and mandate.opd_id == self.opd_id


@dataclasses.dataclass(frozen=True, kw_only=True)
class Term:
    """Days on which somebody holds a seat, both inclusive; `ends` None: until further notice."""

    person_id: int
    acting: str
    starts: dt.date
    ends: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """Whether a day is one of these."""
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def meets(self, other: Term) -> bool:
        """Whether two terms share a day."""
        return self.covers(other.starts) or other.covers(self.starts)


def roles_of(sops: Iterable[Sop]) -> dict[str, Role]:
    """Return every role of every SOP by its id."""
    return {role.id: role for sop in sops for role in sop.roles}


def positions(roles: Mapping[str, Role], opd_ids: Collection[int]) -> list[Position]:
    """Return all single offices: those of the department, then those of the OPDs."""
    single = [role for role in roles.values() if role.single]
    of_office = [Position(role=role) for role in single if role.scope == "office"]
    return of_office + [Position(role=r, opd_id=opd_id) for r in single if r.scope == "opd" for opd_id in opd_ids]


def kind_of_deputy(starts: dt.date, terms: Iterable[Term]) -> str:
    """Return "plh" where the office has a holder on the first day, who must be absent then; else "plt"."""
    return PLH if any(not term.acting and term.covers(starts) for term in terms) else PLT


def is_holder(position: Position, mandates: Iterable[Mandate]) -> bool:
    """Whether one of these is the office itself and no deputy's."""
    return any(position.held_by(mandate) and not mandate.acting for mandate in mandates)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Standing:
    """Who wants to name or end a deputy, and by what right: as administrator, by a role that appoints, as holder."""

    person_id: int
    admin: bool = False
    appoints: bool = False
    holds_it: bool = False

    def commands(self, acting: str) -> bool:
        """Whether the deputy is theirs to name: a holder's own Plh, the Plt of a vacancy by who appoints."""
        return self.admin or (self.holds_it if acting == PLH else self.appoints)


def objection(wanted: Term, terms: Collection[Term], by: Standing, today: dt.date) -> str | None:
    """Return the code of what stands in the way of naming a deputy, or None.

    Nobody names themselves, and two deputies of one office share no day.
    """
    his_own = any(not term.acting and term.person_id == wanted.person_id and term.meets(wanted) for term in terms)
    faults = {
        "deputy_not_yours": not by.commands(wanted.acting),
        "deputy_self": wanted.person_id == by.person_id,
        "deputy_past": wanted.starts < today,
        "dates_reversed": wanted.ends is not None and wanted.ends < wanted.starts,
        "deputy_without_end": wanted.acting == PLH and wanted.ends is None,
        "deputy_is_holder": his_own,
        "deputy_twice": any(term.acting and term.meets(wanted) for term in terms),
    }
    return next((code for code, found in faults.items() if found), None)


def may_end(acting: str, person_id: int, by: Standing) -> bool:
    """Whether a deputy's mandate may be ended early: by who could name the deputy, or handed back by the deputy."""
    return bool(acting) and (by.commands(acting) or person_id == by.person_id)
