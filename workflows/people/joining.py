"""Coming in by an invitation: its link is opened, and the person's own contact is shared."""

from __future__ import annotations

from collections.abc import Collection

from workflows.people import members
from workflows.people.members import Member, token_hash
from workflows.store import ledger, people
from workflows.store.tables import Invite, Person
from workflows.store.unit_of_work import UnitOfWork


class PeopleError(Exception):
    """An invitation or contact that is not accepted; `code` names the sentence to say."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def open_invite(work: UnitOfWork, token: str, telegram_id: int) -> Invite:
    """Somebody opened the deep link. Raises `PeopleError`: invite_unknown, invite_used, invite_expired."""
    invite = await people.invite_by_hash(work, token_hash(token))
    if invite is None:
        raise PeopleError("invite_unknown")
    _check_usable(work, invite)
    invite.opened_by = telegram_id
    return invite


async def accept_contact(
    work: UnitOfWork, telegram_id: int, phone: str, contact_user_id: int | None, *, single: Collection[str] = ()
) -> Member:
    """Let a person in who shared a contact: it must be their own and the invited number.

    `single` are the roles that one person holds at a time: of two who were invited to one office, the first has it.
    Raises `PeopleError`: no_invite, contact_foreign, contact_mismatch, account_taken, seat_held, invite_used,
    invite_expired.
    """
    invite = await people.invite_opened_by(work, telegram_id)
    if invite is None:
        raise PeopleError("no_invite")
    _check_usable(work, invite)
    if contact_user_id != telegram_id:
        raise PeopleError("contact_foreign")
    person = await people.by_id(work, invite.person_id)
    if _digits(phone) != _digits(person.phone):
        raise PeopleError("contact_mismatch")
    if invite.role in single and not invite.acting:
        holder = await people.definitive(work, invite.role, members.today(work), invite.opd_id)
        if holder is not None and holder.id != person.id:
            raise PeopleError("seat_held")
    person = await _account_of(work, telegram_id, person, invite)
    invite.used_at = work.now
    await _give_office(work, person, invite)
    return await members.member(work, person)


async def _give_office(work: UnitOfWork, person: Person, invite: Invite) -> None:
    """Give the office of the invitation, where it is not theirs already: they may have signed in it on paper."""
    wanted = (invite.role, invite.opd_id, invite.acting)
    held = await people.mandates(work, person.id, members.today(work))
    if any((row.role, row.opd_id, row.acting) == wanted for row in held):
        data = {"person": person.id, "role": invite.role, "opd": invite.opd_id}
        await ledger.append(work, "joined", person_id=person.id, data=data)
        return
    await members.grant(
        work,
        person.id,
        role=invite.role,
        opd_id=invite.opd_id,
        acting=invite.acting,
        decree=invite.decree,
        starts=invite.starts_on,
        ends=invite.ends_on,
    )


async def _account_of(work: UnitOfWork, telegram_id: int, person: Person, invite: Invite) -> Person:
    """Tie the account to the person. An administrator known by account only takes the invited identity over."""
    known = await people.by_telegram_id(work, telegram_id)
    if known is None or known.id == person.id:
        if person.telegram_id not in (None, telegram_id):
            raise PeopleError("account_taken")
        person.telegram_id = telegram_id
        return person
    has_signed = await people.mandates(work, person.id, members.today(work))  # on paper: the record names this person
    if known.phone or person.telegram_id is not None or has_signed:
        raise PeopleError("account_taken")
    known.name, known.nip, known.rank, known.phone = person.name, person.nip, person.rank, person.phone
    invite.person_id = known.id
    await work.flush()
    await work.session.delete(person)
    return known


def _check_usable(work: UnitOfWork, invite: Invite) -> None:
    if invite.used_at is not None:
        raise PeopleError("invite_used")
    if invite.expires_at <= work.now:
        raise PeopleError("invite_expired")


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())
