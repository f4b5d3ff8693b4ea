"""Finding cases by words, days and states: as fast among 200,000 as among a hundred, whatever is asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all

from workflows.store.tables import Case, Opd
from workflows.store.tables.case_words import CASE_WORDS, SHORTEST
from workflows.store.unit_of_work import UnitOfWork

RARE = 1_000  # cases that hold a part of a word and are read through sooner than the index intersects long lists
PARTS_MAX = 40  # of what was typed: its end, where names differ most
FEW = 5_000  # cases of a period or state that are read through sooner than all that hold a word


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseQuery:
    """What a case must have; `words` in its number, subject, subdomain or OPD. `opd_ids` None means all OPDs."""

    words: str = ""
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    statuses: Collection[str] = ()
    opd_ids: Collection[int] | None = None

    def narrowed(self) -> list[ColumnElement[bool]]:
        """Return what is asked of a case's time and state."""
        asked: list[ColumnElement[bool]] = [Case.status.in_(self.statuses)] if self.statuses else []
        asked += [Case.created_at >= self.since] if self.since else []
        return asked + ([Case.created_at < self.before] if self.before else [])

    def of_opds(self) -> list[ColumnElement[bool]]:
        """Return what is asked of a case's OPD."""
        return [] if self.opd_ids is None else [Case.opd_id.in_(self.opd_ids)]


async def search(work: UnitOfWork, wanted: CaseQuery, *, limit: int) -> list[int]:
    """Return the ids of the newest cases, at most `limit`, newest first.

    Each way to be found is followed from the newest case back, and no further than to `limit` of them; where a period
    or a state leaves few, those are read through instead.
    """
    text = wanted.words.replace("\0", "")  # it ends SQLite's question in its middle, and PostgreSQL takes none
    narrowed = wanted.narrowed()
    if not text:
        query = select(Case.id).where(*narrowed, *wanted.of_opds())
        newest_first = (
            query.order_by(Case.created_at.desc(), Case.id.desc()) if narrowed else query.order_by(Case.id.desc())
        )
        return list(await work.session.scalars(newest_first.limit(limit)))
    named = list(await work.session.scalars(select(Opd.id).where(Opd.name.icontains(text, autoescape=True))))
    if narrowed and await _few(work, narrowed):
        found = select(Case.id).where(*narrowed, *wanted.of_opds(), or_(_in_words(text), Case.opd_id.in_(named)))
        return list(await work.session.scalars(found.order_by(Case.id.desc()).limit(limit)))
    if wanted.opd_ids is not None:
        named = [opd for opd in named if opd in wanted.opd_ids]
    ways = [await _by_words(work, text, wanted)]
    ways += [select(Case.id).where(Case.opd_id == opd, *narrowed).order_by(Case.id.desc()) for opd in named]
    newest = union_all(*(select(way.limit(limit).subquery()) for way in ways)).subquery()
    ids = select(newest.c[0]).distinct().order_by(newest.c[0].desc()).limit(limit)
    return list(await work.session.scalars(ids))


async def _few(work: UnitOfWork, narrowed: list[ColumnElement[bool]]) -> bool:
    some = select(Case.id).where(*narrowed).limit(FEW + 1).subquery()
    return (await work.session.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _in_words(text: str) -> ColumnElement[bool]:
    words = (Case.number, Case.subject, Case.subdomain)
    return or_(*(column.icontains(text, autoescape=True) for column in words))


async def _by_words(work: UnitOfWork, text: str, wanted: CaseQuery) -> Select[int]:
    """Choose the cases that hold `text` in their own words, newest first."""
    more = [*wanted.narrowed(), *wanted.of_opds()]
    if not (work.is_sqlite and len(text) >= SHORTEST):
        return select(Case.id).where(_in_words(text), *more).order_by(Case.id.desc())
    rare = await _rare_part(work, text)
    if rare is not None:
        return select(Case.id).where(Case.id.in_(_holding(rare)), _in_words(text), *more).order_by(Case.id.desc())
    query = _holding(text).order_by(CASE_WORDS.c.rowid.desc())
    return query.join(Case, Case.id == CASE_WORDS.c.rowid).where(*more) if more else query


async def _rare_part(work: UnitOfWork, text: str) -> str | None:
    """Return three letters of `text` that few cases hold, where there are such.

    Where names differ in their last digits alone, the index would have to intersect lists of nearly all cases.
    """
    parts = list(dict.fromkeys(text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)))[-PARTS_MAX:]
    if len(parts) < 2 or not text.isascii():  # beyond ASCII, index and database do not fold letters alike
        return None
    some = {part: _holding(part).limit(RARE + 1).subquery() for part in parts}
    held = [select(literal(part), func.count()).select_from(found) for part, found in some.items()]
    counted = dict((await work.session.execute(union_all(*held))).all())
    rarest = min(parts, key=lambda part: counted[part])
    return rarest if counted[rarest] <= RARE else None


def _holding(phrase: str) -> Select[int]:
    quoted = phrase.replace('"', '""')
    return select(CASE_WORDS.c.rowid).where(CASE_WORDS.c.case_words.op("MATCH")(f'"{quoted}"'))
