"""The questions that name a deputy: for which office, who, by which decree, on which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.texts import plain
from workflows.deputies import appointing
from workflows.engine.description import Choice, Field, FieldLimits, FieldType, Form
from workflows.people import members, positions
from workflows.people.members import Member
from workflows.people.positions import Position
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import acting_office, date

FORM = "pengganti"
ANY = "-"  # the purpose of a form that begins with the question for which office


async def form(app: App, work: UnitOfWork, member: Member, key: str, answers: Mapping[str, Any]) -> Form:
    """Return the form; `key` names the office, or `ANY` to ask for it. What follows depends on the answers so far.

    Raises `KeyError` for somebody who names no deputies any more.
    """
    known = await appointing.positions_of(app.office, work, member)
    if not known:
        raise KeyError(key)
    chosen = str(answers.get("seat", key)) if len(known) > 1 or key != ANY else known[0].key
    position = next((one for one in known if one.key == chosen), None)
    fields = [await _seat(work, known)] if key == ANY and len(known) > 1 else []
    today = members.today(work)
    if position is None:  # what follows depends on it, but not how many questions there are
        later = (_starts(today), _among([]), _decree(), _ends(today))
        return Form(id=FORM, title=plain("pengganti.form"), fields=(*fields, *later))
    starts = dt.date.fromisoformat(answers["starts"]) if answers.get("starts") else today
    acting = positions.kind_of_deputy(starts, await appointing.terms_of(work, position))
    title = plain("pengganti.form_untuk", office=acting_office(acting, position.role.title))
    fields += [
        _starts(today),
        await _person(app, work, member, position),
        _decree(),
        _ends(today, optional=acting == positions.PLT),
    ]
    return Form(id=FORM, title=title, fields=tuple(fields))


async def seat_key(app: App, work: UnitOfWork, member: Member, key: str, answers: Mapping[str, Any]) -> str:
    """Return which office a filled form is for."""
    if key == ANY and "seat" not in answers:
        return (await appointing.positions_of(app.office, work, member))[0].key
    return str(answers.get("seat", key))


async def _seat(work: UnitOfWork, known: list[Position]) -> Field:
    opds = {opd.id: opd.name for opd in await people.opds(work)}
    choices = [
        Choice(
            value=position.key,
            label=f"{position.role.title}, {opds[position.opd_id]}" if position.opd_id else position.role.title,
        )
        for position in known
    ]
    return _choice("seat", "pengganti.seat_tanya", "pengganti.seat", choices)


async def _person(app: App, work: UnitOfWork, member: Member, position: Position) -> Field:
    """Offer colleagues of the same house first, then the heads of others; not the asker, not the office's holder."""
    roles = positions.roles_of(app.office.sops.values())
    opds = {opd.id: opd.name for opd in await people.opds(work, active_only=False)}
    near: dict[int, Choice] = {}
    far: dict[int, Choice] = {}
    barred = {member.person.id} | {
        term.person_id for term in await appointing.terms_of(work, position) if not term.acting
    }
    for person, row in await people.serving(work, members.today(work)):
        role = roles.get(row.role)
        if person.id in barred or role is None:
            continue
        office = plain("menu.jabatan", office=acting_office(row.acting, role.title), opd=opds.get(row.opd_id or 0, ""))
        choice = Choice(value=str(person.id), label=f"{person.name} ({office})")
        if row.opd_id == position.opd_id and role.scope == position.role.scope:
            near.setdefault(person.id, choice)
        elif role.single:
            far.setdefault(person.id, choice)
    choices = [*near.values(), *(one for key, one in far.items() if key not in near)]
    return _among(choices)


def _among(choices: list[Choice]) -> Field:
    return _choice("person", "pengganti.person_tanya", "pengganti.person", choices)


def _choice(field_id: str, ask: str, label: str, choices: list[Choice]) -> Field:
    return Field(
        id=field_id,
        type=FieldType.CHOICE,
        ask=plain(ask),
        label=plain(label),
        choices=tuple(choices),
    )


def _decree() -> Field:
    return Field(
        id="decree",
        type=FieldType.TEXT,
        ask=plain("pengganti.decree_tanya"),
        label=plain("pengganti.decree"),
        example=plain("admin.keputusan_contoh"),
        limits=FieldLimits(min_length=3, max_length=appointing.DECREE_MAX),
    )


def _starts(today: dt.date) -> Field:
    return _date("starts", "pengganti.starts_tanya", "pengganti.starts", example=today + dt.timedelta(days=1))


def _ends(today: dt.date, *, optional: bool = False) -> Field:
    example = today + dt.timedelta(days=7)
    return _date("ends", "pengganti.ends_tanya", "pengganti.ends", example=example, optional=optional)


def _date(field_id: str, ask: str, label: str, *, example: dt.date, optional: bool = False) -> Field:
    return Field(
        id=field_id,
        type=FieldType.DATE,
        ask=plain(ask),
        label=plain(label),
        example=date(example),
        optional=optional,
        limits=FieldLimits(future_only=True),
    )
