"""What an SOP's official sheet says beside its table of steps (PermenPANRB 35/2012): printed, never acted upon."""

from __future__ import annotations

import dataclasses
import datetime as dt


@dataclasses.dataclass(frozen=True, kw_only=True)
class Approval:
    """Who put the SOP into force ("Disahkan oleh")."""

    office: str
    name: str
    nip: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Column:
    """One column under "Pelaksana": its heading, and the roles whose steps are drawn in it."""

    title: str
    roles: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sheet:
    """The identity block. Without `columns` each role that acts has a column of its own."""

    institution: tuple[str, ...] = ()  # from the whole to the part: the government, the department
    made_on: dt.date | None = None
    revised_on: dt.date | None = None
    approval: Approval | None = None
    legal_basis: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
