"""Letters that wait for their signer's passphrase."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from workflows.store.tables import Person, Signing
from workflows.store.unit_of_work import UnitOfWork

QUESTIONS = ("nik", "passphrase")


async def get(work: UnitOfWork, letter_id: int) -> Signing | None:
    """Return a letter's signing, as it stands now."""
    return await work.session.get(Signing, letter_id, populate_existing=True)


async def asked_of(work: UnitOfWork, telegram_id: int) -> Signing | None:
    """Return the signing for which this account is asked for something secret now."""
    query = select(Signing).join(Person).where(Person.telegram_id == telegram_id, Signing.asked.in_(QUESTIONS))
    return (await work.session.scalars(query.order_by(Signing.changed_at.desc()))).first()


async def is_veiled(work: UnitOfWork, telegram_id: int) -> bool:
    """Whether what this account types may be something secret: it is asked for, or was a moment ago."""
    may_be = or_(Signing.asked.in_(QUESTIONS), Signing.veiled_until > work.now)
    query = select(Signing.letter_id).join(Person).where(Person.telegram_id == telegram_id, may_be)
    return (await work.session.scalars(query.limit(1))).first() is not None


async def lift_veil(work: UnitOfWork, telegram_id: int) -> None:
    """Let what this account types be read again."""
    person = select(Person.id).where(Person.telegram_id == telegram_id).scalar_subquery()
    await work.session.execute(update(Signing).where(Signing.person_id == person).values(veiled_until=None))


async def waiting_for(work: UnitOfWork, person_id: int) -> list[Signing]:
    """Return what a person has not signed yet, oldest first."""
    query = select(Signing).where(Signing.person_id == person_id, Signing.asked != "signed")
    return list(await work.session.scalars(query.order_by(Signing.letter_id)))


async def typed(work: UnitOfWork) -> list[Signing]:
    """Return those whose passphrase was typed, the longest waiting first."""
    query = select(Signing).where(Signing.asked == "typed")
    return list(await work.session.scalars(query.order_by(Signing.changed_at)))
