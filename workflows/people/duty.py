"""Under which office somebody does what belongs to no SOP: looking after servers, keeping the books, inspecting."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import roles
from workflows.engine.acting import MandateLack, acting_mandate
from workflows.engine.case import Mandate
from workflows.people.members import Member, holders
from workflows.people.members import member as of_person
from workflows.refusal import Refused
from workflows.store.unit_of_work import UnitOfWork

REFUSALS: Mapping[MandateLack, str] = {
    MandateLack.ROLE: "wrong_role",
    MandateLack.OPD: "wrong_opd",
    MandateLack.YIELDED: "office_yielded_now",
}


def on_duty(member: Member, *of: str, opd_id: int | None = None) -> Mandate:
    """Return the mandate by which somebody acts in one of these roles today, of one OPD where it matters.

    Raises `Refused`: wrong_role, wrong_opd, office_yielded_now.
    """
    found = _acting(member, of, opd_id)
    if isinstance(found, MandateLack):
        raise Refused(REFUSALS[found], final=True)
    return found


def is_on_duty(member: Member, *of: str, opd_id: int | None = None) -> bool:
    """Whether somebody acts in one of these roles today: who yields a single office only looks on."""
    return isinstance(_acting(member, of, opd_id), Mandate)


def engineer(member: Member) -> Mandate:
    """Return the office under which somebody looks after servers and hostings. Raises `Refused` (as `on_duty`)."""
    return on_duty(member, roles.ENGINEER)


async def engineers(work: UnitOfWork) -> list[int]:
    """Return the engineers' chats."""
    return sorted({p.telegram_id for p in await holders(work, roles.ENGINEER) if p.telegram_id is not None})


async def first_engineer(work: UnitOfWork) -> Member | None:
    """Return the engineer who goes first, or None where the office has none."""
    held = await holders(work, roles.ENGINEER)
    return await of_person(work, held[0]) if held else None


def _acting(member: Member, of: tuple[str, ...], opd_id: int | None) -> Mandate | MandateLack:
    return acting_mandate(member.mandates, of, opd_id=opd_id, of_opd=roles.OF_AN_OPD, single=roles.SINGLE)
