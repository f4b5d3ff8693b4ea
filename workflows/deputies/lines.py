"""The deputies that a person has to do with: named for their office or by them, or themselves."""

from __future__ import annotations

import dataclasses
import datetime as dt

from workflows.deputies.appointing import seat_words, standing
from workflows.office import Office
from workflows.people import members, positions
from workflows.people.members import Member
from workflows.people.positions import Position
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class DeputyLine:
    """One deputy whose time is not over. `starts` and `ends` are inclusive; `ends` None: until further notice."""

    mandate: int
    office: str
    name: str
    decree: str
    starts: dt.date
    ends: dt.date | None
    may_end: bool


async def deputy_lines(office: Office, work: UnitOfWork, member: Member) -> list[DeputyLine]:
    """Return the deputies of today and later that this person may see, by office and first day."""
    found = []
    for role in positions.roles_of(office.sops.values()).values():
        for person, row in await people.terms(work, role.id, members.today(work)) if role.single else []:
            right = standing(office, member, Position(role=role, opd_id=row.opd_id))
            theirs = right.admin or right.appoints or right.holds_it or person.id == member.person.id
            if row.acting and theirs:
                found.append(
                    DeputyLine(
                        mandate=row.id,
                        office=await seat_words(office, work, row),
                        name=person.name,
                        decree=row.decree,
                        starts=row.starts_on,
                        ends=row.ends_on,
                        may_end=positions.may_end(row.acting, person.id, right),
                    )
                )
    return found
