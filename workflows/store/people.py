"""Finding people, their mandates, OPDs and invitations."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from typing import TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Date, Row, bindparam, case, exists, or_, select
from sqlalchemy.orm import aliased

from workflows.engine.case import PRECEDENCE
from workflows.store.tables import Invite, MandateRow, Opd, Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA


async def by_telegram_id(work: UnitOfWork, telegram_id: int) -> Person | None:
    """Return the person who uses this Telegram account."""
    return (await work.session.scalars(select(Person).where(Person.telegram_id == telegram_id))).first()


async def by_id(work: UnitOfWork, person_id: int) -> Person:
    """Return a person. Raises `NoResultFound` for an unknown id."""
    return await work.session.get_one(Person, person_id)


async def names(work: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by id."""
    found = await work.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row[0]: row[1] for row in found}


async def by_phone(work: UnitOfWork, phone: str) -> Person | None:
    """Return the person with this number (E.164)."""
    return (await work.session.scalars(select(Person).where(Person.phone == phone))).first()


async def by_nip(work: UnitOfWork, nip: str) -> Person | None:
    """Return the person with this NIP; one who can be reached goes first."""
    query = select(Person).where(Person.nip == nip).order_by(Person.telegram_id.is_(None), Person.phone == "")
    return (await work.session.scalars(query)).first()


async def without_account(work: UnitOfWork, nip: str | None) -> Person | None:
    """Return the person with this NIP who is known from paper only: no telephone number, no Telegram account."""
    query = select(Person).where(Person.nip == nip, Person.phone == "", Person.telegram_id.is_(None))
    return (await work.session.scalars(query)).first() if nip else None


async def everybody(work: UnitOfWork) -> list[Person]:
    """Return all people by name."""
    return list(await work.session.scalars(select(Person).order_by(Person.name)))


Day: TypeAlias = dt.date | BindParameter[dt.date]
Held: TypeAlias = tuple[MandateRow, bool]  # a mandate, and whether another of the same office goes first
_Other = aliased(MandateRow)


def _in_force(today: Day, row: type[MandateRow] = MandateRow) -> ColumnElement[bool]:
    return row.revoked_at.is_(None) & (row.starts_on <= today) & or_(row.ends_on.is_(None), row.ends_on >= today)


def _rank(row: type[MandateRow] = MandateRow) -> ColumnElement[int]:
    """Return the place of a mandate among those of its office."""
    places = {acting: place for place, acting in enumerate(PRECEDENCE)}
    return case(places, value=row.acting, else_=len(PRECEDENCE))


def _outranked(today: Day) -> ColumnElement[bool]:
    return exists().where(
        _Other.role == MandateRow.role,
        _Other.opd_id.is_not_distinct_from(MandateRow.opd_id),
        _in_force(today, _Other),
        _rank(_Other) < _rank(),
    )


ALL_WITH_MANDATES = (
    select(Person, MandateRow, Opd, _outranked(bindparam("today", type_=Date)))
    .outerjoin(MandateRow, (MandateRow.person_id == Person.id) & _in_force(bindparam("today", type_=Date)))
    .outerjoin(Opd, Opd.id == MandateRow.opd_id)
    .order_by(Person.id, MandateRow.id)
)
WITH_MANDATES = ALL_WITH_MANDATES.where(  # asked for each press and each screen, so it is put together once
    Person.telegram_id == bindparam("telegram_id")
)


async def with_mandates(
    work: UnitOfWork, telegram_id: int, today: dt.date
) -> tuple[Person, list[Held], dict[int, Opd]] | None:
    """Return who uses this Telegram account, the mandates held on a day (WITA), and their OPDs, in one question."""
    rows = (await work.session.execute(WITH_MANDATES, {"telegram_id": telegram_id, "today": today})).all()
    return _together(rows) if rows else None


async def all_with_mandates(work: UnitOfWork, today: dt.date) -> list[tuple[Person, list[Held], dict[int, Opd]]]:
    """Return everybody with the mandates held on a day (WITA), and their OPDs, in one question."""
    rows = (await work.session.execute(ALL_WITH_MANDATES, {"today": today})).all()
    return [_together(list(of_one)) for _, of_one in itertools.groupby(rows, key=lambda row: row[0].id)]


def _together(rows: Sequence[Row[Person, MandateRow, Opd, bool]]) -> tuple[Person, list[Held], dict[int, Opd]]:
    """Return one person's rows as that person, the mandates and their OPDs."""
    mandates: list[tuple[MandateRow | None, bool]] = [(row[1], row[3]) for row in rows]  # an outer join: None for none
    opds: list[Opd | None] = [row[2] for row in rows]
    held = [(one, bool(outranked)) for one, outranked in mandates if one is not None]
    return rows[0][0], held, {one.id: one for one in opds if one is not None}


async def mandates(work: UnitOfWork, person_id: int, today: dt.date) -> list[MandateRow]:
    """Return the mandates a person holds on a day (WITA)."""
    query = select(MandateRow).where(MandateRow.person_id == person_id, _in_force(today)).order_by(MandateRow.id)
    return list(await work.session.scalars(query))


async def held(work: UnitOfWork, person_id: int, today: dt.date) -> list[Held]:
    """Return the mandates a person holds on a day (WITA), each with whether another of its office goes first."""
    query = select(MandateRow, _outranked(today)).where(MandateRow.person_id == person_id, _in_force(today))
    return [(row, bool(outranked)) for row, outranked in await work.session.execute(query.order_by(MandateRow.id))]


async def held_office(work: UnitOfWork, person_id: int, role: str, at: dt.datetime) -> bool:
    """Whether a person held an office at an instant, whatever became of the mandate since."""
    day = at.astimezone(WITA).date()
    query = select(MandateRow.id).where(
        MandateRow.person_id == person_id,
        MandateRow.role == role,
        MandateRow.starts_on <= day,
        or_(MandateRow.ends_on.is_(None), MandateRow.ends_on >= day),
        or_(MandateRow.revoked_at.is_(None), MandateRow.revoked_at > at),
    )
    return (await work.session.scalars(query.limit(1))).first() is not None


async def holding(
    work: UnitOfWork, role: str, today: dt.date, opd_id: int | None = None
) -> list[tuple[Person, MandateRow]]:
    """Return who holds a role on a day, and by which mandate; whoever goes first (`PRECEDENCE`) first."""
    query = (
        select(Person, MandateRow)
        .join(MandateRow, MandateRow.person_id == Person.id)
        .where(MandateRow.role == role, _in_force(today))
        .order_by(_rank(), MandateRow.id)
    )
    if opd_id is not None:
        query = query.where(MandateRow.opd_id == opd_id)
    return [(person, row) for person, row in await work.session.execute(query)]


async def definitive(work: UnitOfWork, role: str, day: dt.date, opd_id: int | None) -> Person | None:
    """Return who holds an office itself on a day, acting for nobody; the first where several do."""
    return next((person for person, row in await holding(work, role, day, opd_id) if not row.acting), None)


async def of_opd(work: UnitOfWork, opd_id: int, today: dt.date) -> list[Person]:
    """Return everybody who holds an office of an OPD on a day, whatever it is."""
    held = exists().where(MandateRow.person_id == Person.id, MandateRow.opd_id == opd_id, _in_force(today))
    return list(await work.session.scalars(select(Person).where(held).order_by(Person.id)))


async def terms(work: UnitOfWork, role: str, since: dt.date) -> list[tuple[Person, MandateRow]]:
    """Return every mandate of a role that is not over by a day, by its first day; those to come too."""
    open_end = or_(MandateRow.ends_on.is_(None), MandateRow.ends_on >= since)
    query = (
        select(Person, MandateRow)
        .join(MandateRow, MandateRow.person_id == Person.id)
        .where(MandateRow.role == role, MandateRow.revoked_at.is_(None), open_end)
        .order_by(MandateRow.starts_on, MandateRow.id)
    )
    return [(person, row) for person, row in await work.session.execute(query)]


async def serving(work: UnitOfWork, today: dt.date) -> list[tuple[Person, MandateRow]]:
    """Return everybody on Telegram who holds an office on a day, by name, with each of their mandates."""
    query = (
        select(Person, MandateRow)
        .join(MandateRow, MandateRow.person_id == Person.id)
        .where(Person.telegram_id.is_not(None), _in_force(today))
        .order_by(Person.name, Person.id, MandateRow.id)
    )
    return [(person, row) for person, row in await work.session.execute(query)]


async def changing_hands(work: UnitOfWork, since: dt.date, today: dt.date) -> list[tuple[Person, MandateRow]]:
    """Return the mandates of deputies that began on one of these days, or ended on the day before one of them."""
    ended = (MandateRow.ends_on >= since - dt.timedelta(days=1)) & (MandateRow.ends_on < today)
    query = (
        select(Person, MandateRow)
        .join(MandateRow, MandateRow.person_id == Person.id)
        .where(MandateRow.acting != "", MandateRow.revoked_at.is_(None))
        .where(MandateRow.starts_on.between(since, today) | ended)
        .order_by(MandateRow.id)
    )
    return [(person, row) for person, row in await work.session.execute(query)]


async def mandate(work: UnitOfWork, mandate_id: int) -> MandateRow:
    """Return a mandate, in force or not."""
    return await work.session.get_one(MandateRow, mandate_id)


async def find_mandate(work: UnitOfWork, mandate_id: int) -> MandateRow | None:
    """Return a mandate as it is now, or None for an unknown id."""
    return await work.session.get(MandateRow, mandate_id, populate_existing=True)


async def opds(work: UnitOfWork, *, active_only: bool = True) -> list[Opd]:
    """Return the city's OPDs by name."""
    query = select(Opd).order_by(Opd.name)
    return list(await work.session.scalars(query.where(Opd.active) if active_only else query))


async def opd(work: UnitOfWork, opd_id: int) -> Opd:
    """Return one OPD. Raises `NoResultFound` for an unknown id."""
    return await work.session.get_one(Opd, opd_id)


async def opd_by_code(work: UnitOfWork, code: str) -> Opd | None:
    """Return the OPD of this code."""
    return (await work.session.scalars(select(Opd).where(Opd.code == code))).first()


async def opd_by_name(work: UnitOfWork, name: str) -> Opd | None:
    """Return the OPD of this name, of which there is one at most."""
    return (await work.session.scalars(select(Opd).where(Opd.name == name))).first()


async def invite(work: UnitOfWork, invite_id: int) -> Invite | None:
    """Return one invitation."""
    return await work.session.get(Invite, invite_id)


async def invite_by_hash(work: UnitOfWork, token_hash: str) -> Invite | None:
    """Return the invitation of this token hash, locked for the transaction."""
    await work.lock_record()
    query = select(Invite).where(Invite.token_hash == token_hash).with_for_update()
    return (await work.session.scalars(query)).first()


async def invite_opened_by(work: UnitOfWork, telegram_id: int) -> Invite | None:
    """Return the unused invitation this account opened last."""
    await work.lock_record()
    query = (
        select(Invite)
        .where(Invite.opened_by == telegram_id, Invite.used_at.is_(None))
        .order_by(Invite.id.desc())
        .with_for_update()
    )
    return (await work.session.scalars(query)).first()


async def left(work: UnitOfWork, before: dt.datetime, day: dt.date) -> list[Person]:
    """Return who can still be reached, though the last of their offices was over before then.

    One ends when it is taken away, or on its last day (`day` is that of `before`). Who is invited anew has not left.
    """
    mine = MandateRow.person_id == Person.id
    goes_on = or_(MandateRow.revoked_at.is_(None), MandateRow.revoked_at >= before) & or_(
        MandateRow.ends_on.is_(None), MandateRow.ends_on >= day
    )
    invited = exists().where(Invite.person_id == Person.id, Invite.used_at.is_(None), Invite.expires_at > work.now)
    reachable = or_(Person.phone != "", Person.telegram_id.is_not(None))
    query = select(Person).where(reachable, exists().where(mine), ~exists().where(mine, goes_on), ~invited)
    return list(await work.session.scalars(query))
