"""Who is of the office itself (DKISP) and not of an OPD: they see what all OPDs asked for and have."""

from __future__ import annotations

from workflows.engine.description import Sop
from workflows.office import Office
from workflows.people.members import Member


def sees_all(office: Office, member: Member) -> bool:
    """Whether a person is of DKISP."""
    return member.has(*office_roles(office))


def office_roles(office: Office) -> frozenset[str]:
    """Return the roles of DKISP, of whatever SOP."""
    return frozenset(role for sop in office.sops.values() for role in roles_inside(sop))


def roles_inside(sop: Sop) -> tuple[str, ...]:
    """Return the roles of DKISP in one SOP, in its order."""
    return tuple(role.id for role in sop.roles if role.scope == "office")
