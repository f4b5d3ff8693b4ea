"""Deputies named, ended and told of: a Plh for days of absence, a Plt for a vacancy, each with the decree's number.

UU 30/2014 art. 14. A mandate's dates are looked at with every press, so it begins and ends by itself; what is told of
it here is told once, whichever process looks and however often.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from workflows.deputies.taking_office import show_what_waits
from workflows.engine.case import Mandate
from workflows.office import Office
from workflows.people import members, positions
from workflows.people.members import Member
from workflows.people.notices import notice
from workflows.people.positions import Position, Standing, Term
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import MandateRow, Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.lists import tasks
from workflows.words import acting_office

DECREE_MAX = 100  # characters of a decree's number
TOLD_WITHIN = dt.timedelta(days=7)  # a beginning or an end that is older is no news any more


@dataclasses.dataclass(frozen=True, kw_only=True)
class Appointment:
    """Who shall stand in for an office, by which decree, on which days (inclusive, WITA)."""

    position: Position
    person_id: int
    decree: str
    starts: dt.date
    ends: dt.date | None


def standing(office: Office, member: Member, position: Position) -> Standing:
    """Return by what right a person names or ends the deputy of an office."""
    roles = positions.roles_of(office.sops.values())
    return Standing(
        person_id=member.person.id,
        admin=member.is_admin,
        appoints=any(roles[held.role].appoints for held in member.mandates if held.role in roles),
        holds_it=positions.is_holder(position, member.mandates),
    )


def concerned(office: Office, member: Member) -> bool:
    """Whether somebody names deputies, or is one."""
    roles = positions.roles_of(office.sops.values())
    held = [(roles[mandate.role], mandate) for mandate in member.mandates if mandate.role in roles]
    return member.is_admin or any(role.appoints or role.single or mandate.acting for role, mandate in held)


async def positions_of(office: Office, work: UnitOfWork, member: Member) -> list[Position]:
    """Return the offices for which a person may name a deputy; who names Plt only: those with a vacancy in sight."""
    roles = positions.roles_of(office.sops.values())
    known = positions.positions(roles, [opd.id for opd in await people.opds(work)])
    rights = [(position, standing(office, member, position)) for position in known]
    filled = await _filled(work, {position.role.id for position, right in rights if right.appoints and not right.admin})
    return [
        position
        for position, right in rights
        if right.admin or right.holds_it or (right.appoints and (position.role.id, position.opd_id) not in filled)
    ]


async def _filled(work: UnitOfWork, roles: Iterable[str]) -> set[tuple[str, int | None]]:
    """Return the offices (role, OPD) that have a holder for as long as anybody knows."""
    found = set()
    for role in roles:
        terms = await people.terms(work, role, members.today(work))
        found |= {(role, row.opd_id) for _, row in terms if not row.acting and row.ends_on is None}
    return found


async def position_of(office: Office, work: UnitOfWork, key: str) -> Position | None:
    """Return the office that a button names, or None for none of ours."""
    known = positions.positions(positions.roles_of(office.sops.values()), [opd.id for opd in await people.opds(work)])
    return next((position for position in known if position.key == key), None)


async def terms_of(work: UnitOfWork, position: Position) -> list[Term]:
    """Return who holds an office today and later."""
    rows = await people.terms(work, position.role.id, members.today(work))
    return [
        Term(person_id=row.person_id, acting=row.acting, starts=row.starts_on, ends=row.ends_on)
        for _, row in rows
        if row.opd_id == position.opd_id
    ]


async def appoint(office: Office, work: UnitOfWork, by: Member, wanted: Appointment) -> MandateRow:
    """Name a deputy. Raises `Refused`: deputy_*, dates_reversed."""
    await work.lock_record()
    today, terms = members.today(work), await terms_of(work, wanted.position)
    acting = positions.kind_of_deputy(wanted.starts, terms)
    term = Term(person_id=wanted.person_id, acting=acting, starts=wanted.starts, ends=wanted.ends)
    code = positions.objection(term, terms, standing(office, by, wanted.position), today)
    if code is not None:
        raise Refused(code)
    row = await members.grant(
        work,
        wanted.person_id,
        role=wanted.position.role.id,
        opd_id=wanted.position.opd_id,
        acting=acting,
        decree=wanted.decree,
        starts=wanted.starts,
        ends=wanted.ends,
        by=by.person,
    )
    person = await people.by_id(work, wanted.person_id)
    said = await _words(office, work, person, row) | {"by": by.person.name}
    await notice(work, person, "pengganti.ditunjuk", said)
    for other in await _others_told(office, work, row, but={by.person.id, person.id}):
        await notice(work, other, "pengganti.kabar", said)
    if row.starts_on <= today:
        await _begun(office, work, person, row)
    return row


async def end(office: Office, work: UnitOfWork, by: Member, mandate_id: int) -> MandateRow:
    """End a deputy's mandate before its last day. Raises `Refused`: deputy_not_yours, deputy_over."""
    await work.lock_record()
    row = await people.find_mandate(work, mandate_id)
    role = positions.roles_of(office.sops.values()).get(row.role) if row else None
    if row is None or role is None:
        raise Refused("deputy_not_yours")
    right = standing(office, by, Position(role=role, opd_id=row.opd_id))
    if not positions.may_end(row.acting, row.person_id, right):
        raise Refused("deputy_not_yours")
    if row.revoked_at is not None or (row.ends_on is not None and row.ends_on < members.today(work)):
        raise Refused("deputy_over", final=True)
    await members.end_mandate(work, by.person, row.id)
    await _over(office, work, await people.by_id(work, row.person_id), row)
    return row


async def tell_of_changes(office: Office, work: UnitOfWork) -> None:
    """Tell deputies whose time begins or ended, and the holders who act again; each of them once."""
    today = members.today(work)
    for person, row in await people.changing_hands(work, today - TOLD_WITHIN, today):
        if row.ends_on is not None and row.ends_on < today:
            await _over(office, work, person, row)
        else:
            await _begun(office, work, person, row)


async def _begun(office: Office, work: UnitOfWork, person: Person, row: MandateRow) -> None:
    said = await _words(office, work, person, row) | await _waiting(office, work, person)
    if await notice(work, person, "pengganti.mulai", said, key=f"deputy:{row.id}:begun:{person.id}"):
        await show_what_waits(office, work, await members.member(work, person))


async def _over(office: Office, work: UnitOfWork, person: Person, row: MandateRow) -> None:
    said = await _words(office, work, person, row)
    await notice(work, person, "pengganti.berakhir", said, key=f"deputy:{row.id}:over:{person.id}")
    for holder, held in await people.holding(work, row.role, members.today(work), row.opd_id):
        if not held.acting:
            told = said | await _waiting(office, work, holder)
            await notice(work, holder, "pengganti.kembali", told, key=f"deputy:{row.id}:back:{holder.id}")


async def _waiting(office: Office, work: UnitOfWork, person: Person) -> dict[str, Any]:
    """Count what waits for a person in /tugas now."""
    return {"count": len(await tasks(office, work, await members.member(work, person)))}


async def _others_told(office: Office, work: UnitOfWork, row: MandateRow, but: set[int]) -> list[Person]:
    """Return the office's holder, the administrators and those who appoint."""
    roles = positions.roles_of(office.sops.values()).values()
    told = [person for person, _ in await people.holding(work, row.role, row.starts_on, row.opd_id)]
    told += await members.admins(work)
    for role in roles:
        told += await members.holders(work, role.id) if role.appoints else []
    return [person for person in {one.id: one for one in told}.values() if person.id not in but]


async def _words(office: Office, work: UnitOfWork, person: Person, row: MandateRow) -> dict[str, Any]:
    return {
        "name": person.name,
        "office": await seat_words(office, work, row),
        "decree": row.decree,
        "starts": row.starts_on.isoformat(),
        "ends": row.ends_on.isoformat() if row.ends_on else None,
    }


async def seat_words(office: Office, work: UnitOfWork, held: MandateRow | Mandate) -> str:
    """Return an office in words: "Plh. Kepala OPD, Dinas Kesehatan"."""
    role = positions.roles_of(office.sops.values())[held.role]
    opd = await people.opd(work, held.opd_id) if held.opd_id is not None else None
    return acting_office(held.acting, role.title) + (f", {opd.name}" if opd else "")
