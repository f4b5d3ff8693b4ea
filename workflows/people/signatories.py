"""People as they stand under letters and lists: name, NIP, rank, and whether they act for another (Plt., Plh.)."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.letters import form
from workflows.people import members
from workflows.store.tables import Person

ACTING: Mapping[str, form.Acting] = {"": "", "plt": "Plt.", "plh": "Plh."}


def official(person: Person, title: str, acting: str) -> form.Official:
    """Return a person as signatory."""
    return form.Official(
        name=person.name, nip=person.nip or "", rank=person.rank or "", office=title, acting=ACTING[acting]
    )


def printed_by(member: members.Member, title: str, *roles: str) -> form.Official:
    """Return who prints a list, as holder of the first of their offices among `roles`."""
    mandate = next(held for held in member.mandates if held.role in roles)
    return official(member.person, title, mandate.acting)
