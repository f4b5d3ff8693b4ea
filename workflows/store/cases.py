"""Finding cases, their steps, papers and letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select

from workflows.store.tables import Case, CaseStep, LedgerEntry, Letter, Paper
from workflows.store.unit_of_work import UnitOfWork

ALIVE = ("open", "waiting_opd")


async def lock(work: UnitOfWork, case_id: int) -> Case | None:
    """Return a case as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def get(work: UnitOfWork, case_id: int) -> Case | None:
    """Return a case to read."""
    return await work.session.get(Case, case_id)


async def by_number(work: UnitOfWork, number: str) -> Case | None:
    """Return the case with this number."""
    return (await work.session.scalars(select(Case).where(Case.number == number))).first()


async def numbers(work: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of cases by id."""
    found = await work.session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    return {row[0]: row[1] for row in found}


async def in_step(work: UnitOfWork, step: str) -> list[Case]:
    """Return the open cases that stand at a step."""
    query = select(Case).where(Case.step == step, Case.status == "open").order_by(Case.id)
    return list(await work.session.scalars(query))


async def with_receiver(work: UnitOfWork, consent: str) -> list[Case]:
    """Return the open cases in which another OPD (fact `receiver`) said so to having a hosting, oldest first."""
    said = Case.facts["receiver"]["consent"].as_string() == consent
    return list(await work.session.scalars(select(Case).where(Case.status == "open", said).order_by(Case.id)))


async def of_opds(work: UnitOfWork, opd_ids: Collection[int], *, limit: int, offset: int = 0) -> list[Case]:
    """Return the cases of some OPDs, newest first."""
    query = select(Case).where(Case.opd_id.in_(opd_ids)).order_by(Case.id.desc()).limit(limit).offset(offset)
    return list(await work.session.scalars(query))


async def newest(work: UnitOfWork, *, limit: int, offset: int = 0) -> list[Case]:
    """Return all cases, newest first."""
    return list(await work.session.scalars(select(Case).order_by(Case.id.desc()).limit(limit).offset(offset)))


async def versions_begun(work: UnitOfWork) -> set[tuple[str, int]]:
    """Return the versions of SOPs, by code, under which there are cases."""
    rows = await work.session.execute(select(Case.sop_code, Case.sop_version).distinct())
    return {(code, version) for code, version in rows}


async def alive_at(work: UnitOfWork, steps: Collection[str]) -> list[Case]:
    """Return the cases that wait at one of these steps, oldest first."""
    query = select(Case).where(Case.status.in_(ALIVE), Case.step.in_(steps)).order_by(Case.id)
    return list(await work.session.scalars(query))


async def alive_by_opd_and_step(work: UnitOfWork) -> list[tuple[str, int, int, str, int]]:
    """Count the living cases by SOP (code, version), OPD and step: rows of these four and the count."""
    keys = (Case.sop_code, Case.sop_version, Case.opd_id, Case.step)
    query = select(*keys, func.count()).where(Case.status.in_(ALIVE)).group_by(*keys)
    return [
        (code, version, opd_id, step, count) for code, version, opd_id, step, count in await work.session.execute(query)
    ]


async def by_ids(work: UnitOfWork, ids: Collection[int]) -> list[Case]:
    """Return cases by their ids, newest first."""
    return list(await work.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id.desc())))


async def asks_for(work: UnitOfWork, subdomain: str, *, except_case: int | None) -> Case | None:
    """Return a living case, other than `except_case`, that asks for this subdomain."""
    query = select(Case).where(Case.subdomain == subdomain, Case.status.in_(ALIVE))
    if except_case is not None:
        query = query.where(Case.id != except_case)
    return (await work.session.scalars(query.order_by(Case.id))).first()


async def steps(work: UnitOfWork, case_id: int) -> Sequence[CaseStep]:
    """Return every stay in a step, oldest first."""
    return (await work.session.scalars(select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.id))).all()


async def present_step(work: UnitOfWork, case_id: int) -> CaseStep | None:
    """Return the stay that has not ended."""
    query = select(CaseStep).where(CaseStep.case_id == case_id, CaseStep.finished_at.is_(None))
    return (await work.session.scalars(query.order_by(CaseStep.id.desc()))).first()


async def papers(work: UnitOfWork, case_id: int, kind: str | None = None) -> list[Paper]:
    """Return a case's papers, oldest first."""
    query = select(Paper).where(Paper.case_id == case_id).order_by(Paper.id)
    return list(await work.session.scalars(query.where(Paper.kind == kind) if kind else query))


async def paper(work: UnitOfWork, paper_id: int) -> Paper | None:
    """Return one paper."""
    return await work.session.get(Paper, paper_id)


async def letters(work: UnitOfWork, case_id: int, kind: str | None = None) -> list[Letter]:
    """Return a case's letters, oldest first."""
    query = select(Letter).where(Letter.case_id == case_id).order_by(Letter.id)
    return list(await work.session.scalars(query.where(Letter.kind == kind) if kind else query))


async def letter(work: UnitOfWork, letter_id: int) -> Letter | None:
    """Return one letter."""
    return await work.session.get(Letter, letter_id)


async def letter_by_code(work: UnitOfWork, short_code: str) -> Letter | None:
    """Return the letter that carries this short code."""
    return (await work.session.scalars(select(Letter).where(Letter.short_code == short_code))).first()


async def unrendered_letters(work: UnitOfWork, *, but_for: Collection[int] = (), limit: int = 100) -> list[Letter]:
    """Return the letters that have no PDF yet, oldest first, `but_for` some."""
    query = select(Letter).where(Letter.paper_id.is_(None), Letter.original_id.is_(None), Letter.id.not_in(but_for))
    return list(await work.session.scalars(query.order_by(Letter.id).limit(limit)))


async def letter_by_file(work: UnitOfWork, sha256: str) -> Letter | None:
    """Return the letter with a short code that this very file is, or was before it was signed by hand."""
    files = select(Paper.id).where(Paper.sha256 == sha256).scalar_subquery()
    query = select(Letter).where(
        or_(Letter.paper_id.in_(files), Letter.original_id.in_(files)), Letter.short_code.is_not(None)
    )
    return (await work.session.scalars(query.order_by(Letter.id.desc()))).first()


async def letter_after(work: UnitOfWork, letter: Letter) -> Letter | None:
    """Return the newest letter of the same kind in the same case, where this one is not it."""
    query = select(Letter).where(Letter.case_id == letter.case_id, Letter.kind == letter.kind, Letter.id > letter.id)
    return (await work.session.scalars(query.order_by(Letter.id.desc()))).first()


async def entries(work: UnitOfWork, case_id: int) -> list[LedgerEntry]:
    """Return the lines of a case's record that a person or the machine caused by moving it, newest first."""
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.case_id == case_id, LedgerEntry.action.startswith("case."))
        .order_by(LedgerEntry.sequence.desc())
    )
    return list(await work.session.scalars(query))


async def presses(work: UnitOfWork, case_id: int) -> list[LedgerEntry]:
    """Return the lines of a case's record that people caused by moving it, newest first."""
    query = (
        select(LedgerEntry)
        .where(
            LedgerEntry.case_id == case_id,
            LedgerEntry.action.startswith("case."),
            LedgerEntry.person_id.is_not(None),
        )
        .order_by(LedgerEntry.sequence.desc())
    )
    return list(await work.session.scalars(query))
