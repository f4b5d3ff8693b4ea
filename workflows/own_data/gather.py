"""What is kept about a person, gathered from everywhere it lies."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from workflows import words
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.people.members import Member
from workflows.people.positions import roles_of
from workflows.store import drafts, own_data, readings
from workflows.store.tables import Case, LedgerEntry, Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import acting_office

NEWEST = 500  # lines of each kind; whoever has more may ask the office for all


@dataclasses.dataclass(frozen=True, kw_only=True)
class DataEntry:
    """One thing that is kept: its kind (a key of `data_pribadi.toml`), since when, in words, and of which case."""

    kind: str
    at: dt.datetime | None
    what: str
    case: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnData:
    """What is kept about `person`, of whom `made_at` asked; `entries` by kind, the newest `NEWEST` of each."""

    person: Person
    made_at: dt.datetime
    entries: tuple[DataEntry, ...]


async def gather(office: Office, work: UnitOfWork, member: Member) -> OwnData:
    """Return what is kept about this person."""
    entries = [
        *_identity(member.person),
        *await _offices(office, work, member.person.id),
        *await _cases(work, member.person.id),
        *await _acts(office, work, member.person.id),
        *await _said(work, member.person.id),
        *await _seen(work, member.person.id),
    ]
    return OwnData(person=member.person, made_at=work.now, entries=tuple(entries))


def _identity(person: Person) -> Iterator[DataEntry]:
    known = {
        "nama": person.name,
        "nip": person.nip,
        "pangkat": person.rank,
        "telepon": person.phone,
        "telegram": str(person.telegram_id) if person.telegram_id is not None else "",
        "bahasa": person.language,
    }
    for kind, value in known.items():
        if value:
            yield DataEntry(kind=kind, at=person.created_at, what=value)


async def _offices(office: Office, work: UnitOfWork, person_id: int) -> list[DataEntry]:
    titles, said = roles_of(office.sops.values()), _words()
    held = []
    for row, opd in await own_data.mandates(work, person_id):
        title = acting_office(row.acting, titles[row.role].title if row.role in titles else row.role)
        since, until = words.date(row.starts_on), words.date(row.ends_on) if row.ends_on else ""
        term = said["masa" if until else "masa_terbuka"].format(since=since, until=until)
        parts = (title, opd, row.decree, term)
        held.append(DataEntry(kind="jabatan", at=row.revoked_at, what="; ".join(part for part in parts if part)))
    return held


async def _cases(work: UnitOfWork, person_id: int) -> list[DataEntry]:
    begun = await own_data.cases_begun(work, person_id, NEWEST)
    return [DataEntry(kind="permohonan", at=case.created_at, what=case.subject, case=case.number) for case in begun]


async def _acts(office: Office, work: UnitOfWork, person_id: int) -> list[DataEntry]:
    return [
        DataEntry(kind="tindakan", at=line.at, what=_act(office, line, case), case=case.number if case else "")
        for line, case in await own_data.acts(work, person_id, NEWEST)
    ]


def _act(office: Office, line: LedgerEntry, case: Case | None) -> str:
    """Return what somebody did: by the button's label, where it was one, else in words, else by the record's name."""
    action = office.sop_of(case).action(line.action.removeprefix("case.")) if case else None
    return action.label if action else str(_words()["tindakan"].get(line.action, line.action))


def _words() -> Mapping[str, Any]:
    return fixed_words("data_pribadi")


async def _said(work: UnitOfWork, person_id: int) -> list[DataEntry]:
    said = [
        DataEntry(kind="percakapan", at=row.created_at, what=row.text, case=number)
        for row, number in await own_data.remarks(work, person_id, NEWEST)
    ]
    draft = await drafts.of_person(work, person_id)
    if draft is not None:
        said.append(DataEntry(kind="isian", at=draft.changed_at, what=draft.form))
    return said


async def _seen(work: UnitOfWork, person_id: int) -> list[DataEntry]:
    seen = [
        DataEntry(kind="kredensial", at=row.shown_at, what=f"{domain} ({row.kind})")
        for row, domain in await own_data.credentials_seen(work, person_id)
    ]
    seen += [
        DataEntry(kind="pencarian", at=row.created_at, what=row.typed)
        for row in await own_data.searches(work, person_id)
    ]
    seen += [
        DataEntry(kind="dibaca_anda", at=row.at, what=row.what, case=number)
        for row, number in await readings.by_person(work, person_id, limit=NEWEST)
    ]
    return seen + [
        DataEntry(kind="dibaca_orang", at=row.at, what=f"{name}: {row.what}", case=number)
        for row, name, number in await readings.of_cases_of(work, person_id, limit=NEWEST)
    ]
