"""Sentences to people, outside any case's card: they go out by the outbox, each once where it has a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workflows.engine.description import Sop
from workflows.people import members
from workflows.store import outbox
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork


async def notice(
    work: UnitOfWork,
    person: Person,
    text: str,
    params: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    case_id: int | None = None,
) -> bool:
    """Say one sentence (`text` names it in templates/messages) to a person who is on Telegram.

    Return whether it is new: none of the same `key` was said before.
    """
    if person.telegram_id is None:
        return False
    return await outbox.put_notice(work, person.telegram_id, text, params, key=key, case_id=case_id) is not None


async def hearers_of_vacancies(work: UnitOfWork, sops: Iterable[Sop]) -> list[Person]:
    """Return who is told of offices that nobody holds: the administrators, and the roles that the SOPs name."""
    found = {person.id: person for person in await members.admins(work)}
    for role in {role.id: role for sop in sops for role in sop.roles if role.hears_vacancies}:
        found |= {person.id: person for person in await members.holders(work, role)}
    return [person for person in found.values() if person.telegram_id is not None]


async def tell_admins(work: UnitOfWork, text: str, params: dict[str, Any] | None = None) -> None:
    """Say one sentence to every administrator."""
    for person in await members.admins(work):
        await notice(work, person, text, params)
