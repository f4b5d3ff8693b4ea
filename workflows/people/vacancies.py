"""Offices that nobody holds, or soon will not: told before a case waits for them in vain."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Sequence

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.engine.description import Role
from workflows.office import Office
from workflows.people import members, positions
from workflows.people.notices import hearers_of_vacancies
from workflows.people.positions import Position
from workflows.store import cases, outbox, people
from workflows.store.tables import MandateRow, Person
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

NOTICE_DAYS = 5  # working days before an office falls vacant in which it is told


class VacancyReason(enum.StrEnum):
    """Why nobody can act: no holder, no holder soon, or only such as cannot be reached."""

    VACANT = "vacant"
    ENDS = "ends"
    UNREACHABLE = "unreachable"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Vacancy:
    """An office without anybody who can act in it, since or from a day (WITA); `cases` wait for it now."""

    position: Position
    opd: str
    reason: VacancyReason
    since: dt.date
    cases: int


def notice_until(calendar: WorkingCalendar, today: dt.date, days: int = NOTICE_DAYS) -> dt.date:
    """Return the last of the next working days."""
    day = today
    while days:
        day += dt.timedelta(days=1)
        days -= calendar.works_on(day)
    return day


def first_gap(spans: Iterable[tuple[dt.date, dt.date | None]], today: dt.date, last: dt.date) -> dt.date | None:
    """Return the first day of `today` to `last` that none of the spans (inclusive, None: open) covers."""
    gap = today
    for starts, ends in sorted(spans, key=lambda span: span[0]):
        if starts > gap:
            break
        if ends is None:
            return None
        gap = max(gap, ends + dt.timedelta(days=1))
    return gap if gap <= last else None


async def vacancies(office: Office, work: UnitOfWork) -> list[Vacancy]:
    """Return the offices that nobody can act in, of those that act in an SOP in force or that a case needs."""
    waiting = await _waiting(office, work)
    opds = {opd.id: opd.name for opd in await people.opds(work, active_only=False)}
    today = members.today(work)
    last = notice_until(await calendar_of(work), today)
    found = []
    for role, seats_ in (await _seats(office, work)).items():
        terms = await people.terms(work, role, today)
        for position in seats_:
            mine = [(person, row) for person, row in terms if row.opd_id == position.opd_id]
            vacancy = _judged(position, mine, today, last, waiting.get(position.key, 0))
            if vacancy is not None:
                found.append(dataclasses.replace(vacancy, opd=opds.get(position.opd_id or 0, "")))
    return found


async def vacancy_of(office: Office, work: UnitOfWork, key: str) -> Vacancy | None:
    """Return the vacancy of one office, or None where somebody acts in it."""
    return next((one for one in await vacancies(office, work) if one.position.key == key), None)


async def report(office: Office, work: UnitOfWork) -> None:
    """Tell each who is to hear of it: once before an office falls vacant, then once a week until somebody acts in it.

    How it stands is looked at again when it is sent.
    """
    found = await vacancies(office, work)
    hearers = await hearers_of_vacancies(work, office.sops.values()) if found else []
    year, week, _ = members.today(work).isocalendar()
    for vacancy in found:
        time = vacancy.since if vacancy.reason is VacancyReason.ENDS else f"{year}-{week}"
        for person in hearers:
            key = f"vacancy:{vacancy.position.key}:{vacancy.reason}:{time}:{person.id}"
            await outbox.put_screen(
                work, int(person.telegram_id or 0), "vacancy", {"seat": vacancy.position.key}, key=key
            )


def _judged(
    position: Position, terms: Sequence[tuple[Person, MandateRow]], today: dt.date, last: dt.date, waiting: int
) -> Vacancy | None:
    since = first_gap(((row.starts_on, row.ends_on) for _, row in terms), today, last)
    if since is not None:
        reason = VacancyReason.ENDS if since > today else VacancyReason.VACANT
        return Vacancy(position=position, opd="", reason=reason, since=since, cases=waiting)
    blocked = [person.blocked_at for person, row in terms if row.starts_on <= today]
    if all(blocked):
        first = max(at.astimezone(WITA).date() for at in blocked if at is not None)
        return Vacancy(position=position, opd="", reason=VacancyReason.UNREACHABLE, since=first, cases=waiting)
    return None


async def _seats(office: Office, work: UnitOfWork) -> dict[str, list[Position]]:
    """Return by role the offices that act: those of the department always, those of an OPD while it has a case."""
    opds = sorted({opd_id for _, _, opd_id, _, _ in await cases.alive_by_opd_and_step(work)})
    found: dict[str, list[Position]] = {}
    for sop in office.all_in_force(members.today(work)):
        acting = {role for step in sop.steps for role in (*step.actors, *step.performers)}
        for role in (role for role in sop.roles if role.id in acting and (role.single or role.scope == "office")):
            found[role.id] = [Position(role=role, opd_id=opd_id) for opd_id in _opds_of(role, opds)]
    return found


def _opds_of(role: Role, opds: Sequence[int]) -> Sequence[int | None]:
    return [None] if role.scope == "office" else opds


async def _waiting(office: Office, work: UnitOfWork) -> dict[str, int]:
    """Count by office the cases that wait for it now."""
    count: dict[str, int] = {}
    roles = positions.roles_of(office.sops.values())
    for code, version, opd_id, step, cases_ in await cases.alive_by_opd_and_step(work):
        for role in office.sop(code, version).step(step).actors:
            key = Position(role=roles[role], opd_id=opd_id if roles[role].scope == "opd" else None).key
            count[key] = count.get(key, 0) + cases_
    return count
