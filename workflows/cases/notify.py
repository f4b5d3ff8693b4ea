"""Whom a change of a case is shown: those who must act hear a sound, those who look on see their card change."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from workflows.engine.description import Sop
from workflows.people import members, without_telegram
from workflows.people.notices import hearers_of_vacancies, notice
from workflows.store import outbox
from workflows.store.tables import Case, Person
from workflows.store.unit_of_work import UnitOfWork


async def holders_for(work: UnitOfWork, sop: Sop, case: Case, role: str) -> list[Person]:
    """Return who holds a role for this case: of its OPD where the role belongs to an OPD."""
    opd_id = case.opd_id if sop.role(role).scope == "opd" else None
    return [person for person in await members.holders(work, role, opd_id) if person.telegram_id is not None]


async def who_acts_for(work: UnitOfWork, sop: Sop, case: Case, role: str) -> list[Person]:
    """Return who acts in a role for this case now on Telegram; for an office on paper, who enters it at this step."""
    opd_id = case.opd_id if sop.role(role).scope == "opd" else None
    acting = [person for person, _ in await members.who_acts(work, sop.role(role), opd_id)]
    if without_telegram.is_on_paper(sop.role(role), acting):
        return await without_telegram.in_place_of(work, sop.step(case.step), role)
    return [person for person in acting if person.telegram_id is not None]


async def show_change(
    work: UnitOfWork, sop: Sop, case: Case, *, ring: Iterable[str], presser: Person | None = None
) -> None:
    """Put the case's cards into the outbox: with a sound for the roles in `ring`, silently for whoever has one."""
    loud: set[int] = set()
    for role in ring:
        found = await who_acts_for(work, sop, case, role)
        loud |= {person.telegram_id for person in found if person.telegram_id}
        if not found and role in sop.step(case.step).actors:
            await _tell_that_nobody_acts(work, sop, case, role)
    own = {presser.telegram_id} if presser is not None and presser.telegram_id is not None else set()
    await put_cards(work, case, str(case.revision), loud=loud - own, also=own)


async def put_cards(
    work: UnitOfWork,
    case: Case,
    why: str,
    *,
    loud: AbstractSet[int] = frozenset(),
    also: AbstractSet[int] = frozenset(),
) -> None:
    """Put out the cards that stand, those of `loud` chats with a sound, and those of `also`; once for each `why`."""
    standing = {card.chat_id for card in await outbox.cards_of(work, f"case:{case.id}")}
    for chat_id in sorted(standing | loud | also):
        key = f"card:{case.id}:{chat_id}:{why}"
        await outbox.put(work, chat_id, "card", {"case": case.id, "loud": chat_id in loud}, key=key, case_id=case.id)


async def _tell_that_nobody_acts(work: UnitOfWork, sop: Sop, case: Case, role: str) -> None:
    """Say that a case waits for an office nobody holds, or only somebody on paper, to all who are to hear of it."""
    on_paper = await without_telegram.paper_only(work, sop.role(role))
    said = {"role": sop.role(role).title, "case": case.number, "name": on_paper.name if on_paper else ""}
    text = "kabar.hanya_kertas" if on_paper else "kabar.peran_kosong"
    for person in await hearers_of_vacancies(work, [sop]):
        key = f"vacant:{case.id}:{case.revision}:{role}:{person.id}"
        await notice(work, person, text, said, key=key)
