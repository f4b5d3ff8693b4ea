"""Everything that the tables hold about one person."""

from __future__ import annotations

from sqlalchemy import select

from workflows.store.tables import Case, Credential, Hosting, LedgerEntry, MandateRow, Opd, Remark, Search
from workflows.store.unit_of_work import UnitOfWork


async def mandates(work: UnitOfWork, person_id: int) -> list[tuple[MandateRow, str]]:
    """Return every office ever held, with the OPD's name ("" for one of DKISP), oldest first."""
    query = select(MandateRow, Opd.name).outerjoin(Opd, Opd.id == MandateRow.opd_id)
    found = await work.session.execute(query.where(MandateRow.person_id == person_id).order_by(MandateRow.id))
    return [(row, opd or "") for row, opd in found]


async def cases_begun(work: UnitOfWork, person_id: int, limit: int) -> list[Case]:
    """Return the cases that a person began, newest first."""
    query = select(Case).where(Case.opened_by == person_id).order_by(Case.id.desc()).limit(limit)
    return list(await work.session.scalars(query))


async def acts(work: UnitOfWork, person_id: int, limit: int) -> list[tuple[LedgerEntry, Case | None]]:
    """Return what the ledger says that a person did, newest first, with the case of each line."""
    query = (
        select(LedgerEntry, Case)
        .outerjoin(Case, Case.id == LedgerEntry.case_id)
        .where(LedgerEntry.person_id == person_id)
        .order_by(LedgerEntry.sequence.desc())
    )
    return [(line, case) for line, case in await work.session.execute(query.limit(limit))]


async def remarks(work: UnitOfWork, person_id: int, limit: int) -> list[tuple[Remark, str]]:
    """Return what a person said about cases, newest first, with the case's number."""
    query = select(Remark, Case.number).join(Case, Case.id == Remark.case_id).where(Remark.person_id == person_id)
    found = await work.session.execute(query.order_by(Remark.id.desc()).limit(limit))
    return [(row, number) for row, number in found]


async def searches(work: UnitOfWork, person_id: int) -> list[Search]:
    """Return what a person searched for lately, newest first."""
    query = select(Search).where(Search.person_id == person_id).order_by(Search.id.desc())
    return list(await work.session.scalars(query))


async def credentials_seen(work: UnitOfWork, person_id: int) -> list[tuple[Credential, str]]:
    """Return the credentials that were shown to a person, with their hosting's name; none holds a password any more."""
    query = select(Credential, Hosting.domain).join(Hosting, Hosting.id == Credential.hosting_id)
    found = await work.session.execute(query.where(Credential.shown_to == person_id).order_by(Credential.id))
    return [(row, domain) for row, domain in found]
