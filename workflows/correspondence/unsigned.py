"""Letters that were made and wait to be signed before they are sent: whose they are to see to."""

from __future__ import annotations

from workflows.agenda.books import KEEPER
from workflows.people import members
from workflows.people.members import Member
from workflows.signing.port import TO_SIGN, Method
from workflows.store import letters_to_sign, people
from workflows.store.tables import Letter, Person
from workflows.store.unit_of_work import UnitOfWork


def is_wet(letter: Letter) -> bool:
    """Whether a letter is signed by hand."""
    return bool(letter.data.get(TO_SIGN) == Method.WET)


def is_theirs(member: Member, letter: Letter) -> bool:
    """Whether this person signs a letter, or has it signed by hand."""
    return member.has(KEEPER) if is_wet(letter) else letter.signed_by == member.person.id


async def of_member(work: UnitOfWork, member: Member) -> list[Letter]:
    """Return the letters that this person signs, or has signed by hand, oldest first."""
    return [letter for letter in await letters_to_sign.waiting(work) if is_theirs(member, letter)]


async def who_see_to_it(work: UnitOfWork, letter: Letter) -> list[Person]:
    """Return who on Telegram signs a letter or has it signed; Bagian Umum, too, where its signer left Telegram."""
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    if not is_wet(letter) and signer is not None and signer.telegram_id is not None:
        return [signer]
    return [person for person in await members.holders(work, KEEPER) if person.telegram_id is not None]
