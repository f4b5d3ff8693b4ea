"""Whom of an OPD the bot can tell something: an OPD that asks by letter has nobody on Telegram."""

from __future__ import annotations

from workflows.people import members
from workflows.roles import KEPALA_OPD, OF_AN_OPD, TIM_TEKNIS
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork


async def holders(work: UnitOfWork, role: str, opd_id: int | None = None) -> list[Person]:
    """Return who holds an office today, on Telegram, and has not blocked the bot."""
    held = await members.holders(work, role, opd_id)
    return [person for person in held if person.telegram_id is not None and person.blocked_at is None]


async def heads(work: UnitOfWork, opd_id: int) -> list[Person]:
    """Return the heads of an OPD today who can be told something."""
    return await holders(work, KEPALA_OPD, opd_id)


async def team_and_heads(work: UnitOfWork, opd_id: int) -> tuple[list[Person], list[Person]]:
    """Return who of an OPD reads technical notices, and whom one plain line is for.

    The head has the technical ones where no Tim Teknis is on Telegram.
    """
    team = [person for person in await members.holders(work, TIM_TEKNIS, opd_id) if person.telegram_id is not None]
    known = {person.id for person in team}
    heads_only = [person for person in await members.holders(work, KEPALA_OPD, opd_id) if person.id not in known]
    return (team, heads_only) if team else (heads_only, [])


async def is_without(work: UnitOfWork, opd_id: int) -> bool:
    """Whether nobody of an OPD, neither head nor Tim Teknis, is on Telegram: its requests come on paper."""
    held = [person for role in OF_AN_OPD for person in await members.holders(work, role, opd_id)]
    return all(person.telegram_id is None for person in held)
