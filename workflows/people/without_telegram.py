"""Officials who are not on Telegram: known by name and NIP, they sign on paper, and Bagian Umum enters it.

Whatever an official would be shown or asked in chat goes to those who enter their paper (`on_paper_by` of a button).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from workflows.engine.description import Role, Sop, Step
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import BAGIAN_UMUM
from workflows.store import people
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class Official:
    """Who is to be entered, and into what office; dates as in a mandate."""

    name: str
    nip: str
    rank: str | None
    role: str
    acting: str = ""
    decree: str = ""
    starts_on: dt.date
    ends_on: dt.date | None = None


def roles_on_paper(sops: Iterable[Sop]) -> dict[str, Role]:
    """Return the offices of which somebody may enter what they signed on paper, by id."""
    return {
        action.on_paper_by: sop.role(action.on_paper_by)
        for sop in sops
        for step in sop.steps
        for action in step.actions
        if action.on_paper_by and action.roles
    }


async def enter(work: UnitOfWork, by: Person | None, official: Official, sops: Iterable[Sop]) -> Person:
    """Enter an official who is not on Telegram, with their office; `by` is None on the command line.

    Raises `Refused`: office_not_on_paper, office_held (by whom), on_telegram (somebody with this NIP is).
    """
    await work.lock_record()
    if official.role not in roles_on_paper(sops):
        raise Refused("office_not_on_paper")
    holder = await _holder_meanwhile(work, official)
    if holder is not None:
        raise Refused("office_held", {"name": holder.name})
    known = await people.by_nip(work, official.nip)
    if known is not None and (known.phone or known.telegram_id is not None):
        raise Refused("on_telegram", {"name": known.name})
    person = known or Person(name=official.name, nip=official.nip, phone="", created_at=work.now)
    person.name, person.rank = official.name, official.rank
    work.add(person)
    await work.flush()
    await members.grant(
        work,
        person.id,
        role=official.role,
        acting=official.acting,
        decree=official.decree,
        starts=official.starts_on,
        ends=official.ends_on,
        by=by,
    )
    return person


async def _holder_meanwhile(work: UnitOfWork, official: Official) -> Person | None:
    """Return who holds the office, acting alike, on one of the days wanted; also who only begins on a later one."""
    last = official.ends_on or dt.date.max
    rows = await people.terms(work, official.role, official.starts_on)
    return next((one for one, row in rows if row.acting == official.acting and row.starts_on <= last), None)


async def paper_only(work: UnitOfWork, role: Role) -> Person | None:
    """Return who acts in an office of DKISP, where none of those who do is on Telegram."""
    acting = [person for person, _ in await members.who_acts(work, role)] if role.scope == "office" else []
    return acting[0] if is_on_paper(role, acting) else None


def is_on_paper(role: Role, acting: Sequence[Person]) -> bool:
    """Whether an office of DKISP is held, by those who act in it, on paper only."""
    return role.scope == "office" and bool(acting) and all(person.telegram_id is None for person in acting)


def enterers(step: Step, role: str) -> tuple[str, ...]:
    """Return the roles that enter at a step what an office signed on paper."""
    return tuple(dict.fromkeys(who for action in step.actions if action.on_paper_by == role for who in action.roles))


async def in_place_of(work: UnitOfWork, step: Step, role: str) -> list[Person]:
    """Return who on Telegram enters at a step what an office signed on paper."""
    found = [person for one in enterers(step, role) for person in await members.holders(work, one)]
    return [person for person in {one.id: one for one in found}.values() if person.telegram_id is not None]


async def who_print(work: UnitOfWork) -> list[Person]:
    """Return who prints letters for those who are not on Telegram."""
    return [person for person in await members.holders(work, BAGIAN_UMUM) if person.telegram_id is not None]


async def entered_by(work: UnitOfWork, sops: Iterable[Sop], member: Member) -> set[str]:
    """Return the offices, held on paper only, whose paper this person enters at some step of an SOP."""
    theirs = {
        action.on_paper_by: sop.role(action.on_paper_by)
        for sop in sops
        for step in sop.steps
        for action in step.actions
        if action.on_paper_by and member.has(*action.roles)
    }
    return {name for name, role in theirs.items() if await paper_only(work, role)}
