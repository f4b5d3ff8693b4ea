"""Members: people with the mandates that they hold today; how they are invited, become known and end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping

from workflows.engine.case import Actor, Mandate
from workflows.engine.description import Role
from workflows.roles import ADMIN
from workflows.store import ledger, outbox, people
from workflows.store.tables import Invite, MandateRow, Opd, Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

INVITE_LIFE = dt.timedelta(days=7)
HELD_FOR = dt.timedelta(days=30)  # what was held longer for somebody out of reach is no news any more
INVITE_PREFIX = "undang-"  # of the deep link's payload, which may hold 64 characters


@dataclasses.dataclass(frozen=True)
class Member:
    """A known person with the mandates in force today."""

    person: Person
    mandates: tuple[Mandate, ...]
    opds: Mapping[int, Opd]

    def has(self, *roles: str) -> bool:
        """Whether one of these roles is held today."""
        return any(mandate.role in roles for mandate in self.mandates)

    @property
    def is_admin(self) -> bool:
        """Whether this is an administrator."""
        return self.has(ADMIN)

    def actor(self) -> Actor:
        """Return what the engine looks at."""
        return Actor(person_id=self.person.id, mandates=self.mandates, nip=self.person.nip or "")


@dataclasses.dataclass(frozen=True, kw_only=True)
class InviteRequest:
    """Whom to invite, and into what office. `phone` in E.164."""

    name: str
    nip: str | None
    rank: str | None
    phone: str
    role: str
    opd_id: int | None = None
    acting: str = ""
    decree: str = ""
    starts_on: dt.date
    ends_on: dt.date | None = None


def today(work: UnitOfWork) -> dt.date:
    """Return the date in Tarakan."""
    return work.now.astimezone(WITA).date()


async def member(work: UnitOfWork, person: Person) -> Member:
    """Return a person with today's mandates."""
    held = await people.held(work, person.id, today(work))
    ids = {row.opd_id for row, _ in held if row.opd_id is not None}
    return Member(person, _mandates(held), {opd_id: await people.opd(work, opd_id) for opd_id in ids})


def _mandates(held: Iterable[people.Held]) -> tuple[Mandate, ...]:
    return tuple(
        Mandate(id=row.id, role=row.role, opd_id=row.opd_id, acting=row.acting, outranked=outranked)
        for row, outranked in held
    )


async def whois(work: UnitOfWork, telegram_id: int) -> Member | None:
    """Return who uses this Telegram account, or None for a stranger."""
    found = await people.with_mandates(work, telegram_id, today(work))
    if found is None:
        return None
    person, held, opds = found
    return Member(person, _mandates(held), opds)


async def everybody(work: UnitOfWork) -> list[Member]:
    """Return everybody with today's mandates, in one question however many they are."""
    found = await people.all_with_mandates(work, today(work))
    return [Member(person, _mandates(rows), opds) for person, rows, opds in found]


async def heard_from(work: UnitOfWork, telegram_id: int) -> Member | None:
    """Return who just wrote or pressed, or None for a stranger; whoever does has not blocked us any more."""
    found = await whois(work, telegram_id)
    if found is not None:
        await back(work, found.person)
    return found


async def lost(work: UnitOfWork, telegram_id: int, *, is_deleted: bool = False) -> None:
    """Note that an account does not hear from us, or is there no more; the administrators hear of it once."""
    person = await people.by_telegram_id(work, telegram_id)
    if person is None or person.blocked_at is not None:
        return
    person.blocked_at = work.now
    for admin in await admins(work):
        if admin.telegram_id is not None and admin.id != person.id and admin.blocked_at is None:
            said = {"nama": person.name, "hilang": is_deleted}
            key = f"blocked:{person.id}:{admin.id}:{work.now.isoformat()}"
            await outbox.put_notice(work, admin.telegram_id, "kiriman.diblokir", said, key=key)


async def back(work: UnitOfWork, person: Person) -> None:
    """Note that a person can be reached again, and say what was held meanwhile; nothing where nobody was lost."""
    if person.blocked_at is None or person.telegram_id is None:
        return
    person.blocked_at = None
    await outbox.release(work, person.telegram_id, since=work.now - HELD_FOR)


async def holders(work: UnitOfWork, role: str, opd_id: int | None = None) -> list[Person]:
    """Return who holds a role today, each once; whoever goes first for it first."""
    found = await people.holding(work, role, today(work), opd_id)
    return list({person.id: person for person, _ in found}.values())


async def who_acts(work: UnitOfWork, role: Role, opd_id: int | None = None) -> list[tuple[Person, MandateRow]]:
    """Return who acts in an office today, and by which mandate: a single one's Plh, else its holder, else its Plt."""
    found = await people.holding(work, role.id, today(work), opd_id)
    return [one for one in found if not role.single or one[1].acting == found[0][1].acting]


async def admins(work: UnitOfWork) -> list[Person]:
    """Return the administrators."""
    return await holders(work, ADMIN)


async def appoint_admin(work: UnitOfWork, telegram_id: int) -> Person:
    """Make the account named in the environment an administrator; nothing changes for one who is."""
    await work.lock_record()
    person = await people.by_telegram_id(work, telegram_id)
    if person is None:
        person = Person(telegram_id=telegram_id, name="Administrator", phone="", created_at=work.now)
        work.add(person)
        await work.flush()
    if not any(row.role == ADMIN for row in await people.mandates(work, person.id, today(work))):
        await grant(work, person.id, role=ADMIN, starts=today(work))
    return person


async def create_invite(
    work: UnitOfWork, by: Person | None, request: InviteRequest, *, also_by_nip: bool = False
) -> str:
    """Invite a person; return the token of the deep link. It works once, within `INVITE_LIFE`.

    `also_by_nip` may be said by administrators only: it gives a telephone number, and so an account, to somebody who
    has none (known from paper, or gone), with all offices that are theirs. A NIP is no secret.
    """
    await work.lock_record()
    person = await people.by_phone(work, request.phone)
    if person is None and also_by_nip:
        person = await people.without_account(work, request.nip)
    if person is None:
        person = Person(name=request.name, nip=request.nip, rank=request.rank, phone=request.phone, created_at=work.now)
        work.add(person)
    person.phone = request.phone  # of somebody known from paper only, the first
    await work.flush()
    token = secrets.token_urlsafe(24)
    work.add(
        Invite(
            token_hash=token_hash(token),
            person_id=person.id,
            role=request.role,
            opd_id=request.opd_id,
            acting=request.acting,
            decree=request.decree,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            invited_by=by.id if by else None,
            created_at=work.now,
            expires_at=work.now + INVITE_LIFE,
        )
    )
    data = {"person": person.id, "role": request.role, "opd": request.opd_id}
    await ledger.append(work, "invite", person_id=by.id if by else None, data=data)
    return token


def invite_link(bot_username: str, token: str) -> str:
    """Return the deep link of an invitation (core.telegram.org/bots/features#deep-linking)."""
    return f"https://t.me/{bot_username}?start={INVITE_PREFIX}{token}"


async def end_mandate(work: UnitOfWork, by: Person | None, mandate_id: int) -> MandateRow:
    """Take an office away, at once."""
    await work.lock_record()
    row = await people.mandate(work, mandate_id)
    if row.revoked_at is None:
        row.revoked_at = work.now
        await ledger.append(work, "end_mandate", person_id=by.id if by else None, data={"mandate": row.id})
    return row


async def grant(
    work: UnitOfWork,
    person_id: int,
    *,
    role: str,
    opd_id: int | None = None,
    acting: str = "",
    decree: str = "",
    starts: dt.date,
    ends: dt.date | None = None,
    by: Person | None = None,
) -> MandateRow:
    """Give somebody an office; `by` is who gave it in chat, None where an invitation was accepted."""
    row = MandateRow(
        person_id=person_id, role=role, opd_id=opd_id, acting=acting, decree=decree, starts_on=starts, ends_on=ends
    )
    work.add(row)
    await work.flush()
    data = {"mandate": row.id, "role": role, "opd": opd_id, "acting": acting, "decree": decree, "person": person_id}
    data |= {"starts_on": starts.isoformat(), "ends_on": ends.isoformat() if ends else None}
    await ledger.append(work, "mandate", person_id=by.id if by else person_id, mandate_id=row.id, data=data)
    return row


def token_hash(token: str) -> str:
    """Return what is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()
