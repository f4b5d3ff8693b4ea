"""Offices that people hold, in words: "Plt. Kepala OPD, Dinas Kesehatan"."""

from __future__ import annotations

from typing import Protocol

from bot.texts import plain
from workflows.engine.description import Role
from workflows.office import Office
from workflows.people.members import Member
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import acting_office


class Holding(Protocol):
    """A mandate, an invitation or a request for one."""

    @property
    def role(self) -> str:
        """The role's id."""

    @property
    def opd_id(self) -> int | None:
        """The OPD, where the role has one."""

    @property
    def acting(self) -> str:
        """Empty for definitif, else "plt" or "plh"."""


def roles(office: Office) -> dict[str, Role]:
    """Return every role of every SOP, by id."""
    return {role.id: role for sop in office.sops.values() for role in sop.roles}


def single_roles(office: Office) -> frozenset[str]:
    """Return the roles that one person holds at a time."""
    return frozenset(role.id for role in roles(office).values() if role.single)


async def office_name(office: Office, work: UnitOfWork, holding: Holding) -> str:
    """Return an office in words."""
    opd = await people.opd(work, holding.opd_id) if holding.opd_id is not None else None
    return _words(office, holding, opd.name if opd else "")


def offices_of(office: Office, member: Member) -> list[str]:
    """Return the offices a person holds today, in words; one held by two mandates once, with who else acts in it."""
    named: dict[str, None] = {}
    for mandate in member.mandates:
        words = _words(office, mandate, member.opds[mandate.opd_id].name if mandate.opd_id is not None else "")
        named[plain("menu.jabatan_diwakili", office=words) if mandate.outranked else words] = None
    return list(named)


def _words(office: Office, holding: Holding, opd: str) -> str:
    role = roles(office).get(holding.role)
    return plain("menu.jabatan", office=acting_office(holding.acting, role.title if role else holding.role), opd=opd)
