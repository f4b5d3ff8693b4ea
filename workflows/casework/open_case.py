"""A case begins (SOP step 1): from the answers of the opening form, by the OPD's head or its Tim Teknis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from workflows.cases import notify
from workflows.cases.answer_checks import check_site_name, label_asked
from workflows.cases.case_context import CaseContext, state_of
from workflows.cases.guards import GUARDS
from workflows.cases.noted_facts import About, noted
from workflows.cases.paper_request import entered_by, form_of
from workflows.cases.subject import hosting_of
from workflows.casework.change import SUBJECT_MAX, attach, begin_step, note_requester
from workflows.casework.press_button import press
from workflows.engine import advance as engine
from workflows.engine.description import Sop
from workflows.engine.fields import missing_fields
from workflows.engine.permit import Denied, Permitted, permit, permit_opening
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import ledger, people, registers
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


def opening_opds(sop: Sop, member: Member) -> list[int]:
    """Return the OPDs for which a person may begin a case, by the age of their mandates; a Plt. may have several."""
    held = dict.fromkeys(mandate.opd_id for mandate in member.mandates if mandate.opd_id is not None)
    return [opd_id for opd_id in held if isinstance(permit_opening(sop, member.actor(), opd_id), Permitted)]


def opening_mandate(sop: Sop, member: Member, opd_id: int | None = None) -> Permitted | None:
    """Return the mandate by which a person may begin a case for an OPD (None: the first that allows it), or None."""
    allowed = opening_opds(sop, member)
    chosen = opd_id if opd_id is not None else next(iter(allowed), None)
    verdict = permit_opening(sop, member.actor(), chosen) if chosen in allowed and chosen is not None else None
    return verdict if isinstance(verdict, Permitted) else None


async def open_case(
    office: Office,
    work: UnitOfWork,
    member: Member,
    answers: Mapping[str, Any],
    *,
    sop_code: str,
    opd_id: int | None = None,
    paper: bool = False,
    about: About | None = None,
) -> Case:
    """Begin a case for an OPD (None: the opener's first) and send it on where the opener may.

    `paper`: the OPD asked by a letter on paper, and the office enters it. `about`: what the case is about, for an SOP
    whose cases are about something (`workflows.cases.subject`).

    Raises `Refused`, maybe half way: wrong_role, form_needed, subdomain_*, no_hosting, hosting_handed.
    """
    sop = office.in_force(sop_code, members.today(work))
    if sop is None:
        raise Refused("wrong_role", final=True)
    permitted, opd_id = await _permitted(work, sop, member, opd_id, paper=paper)
    _check_asked(sop, answers, paper=paper, about=about)
    case = await _begin(work, sop, opd_id, member, answers)
    structlog.contextvars.bind_contextvars(case=case.id)  # on each line of this update
    log.info("case_opened", number=case.number)
    context = CaseContext(
        office=office, work=work, sop=sop, case=case, action=sop.opening.id, by=member, mandate=permitted.mandate
    )
    (_note_paper if paper else note_requester)(context)
    if about:
        context.remember(about=about)
        await hosting_of(work, case)  # it may have been handed over since the form was begun
    await check_site_name(office, work, answers.get("subdomain"), case.id)
    await attach(context, answers)
    await begin_step(context)
    await _record(context, answers)
    await _send_on(office, work, sop, case, member, paper=paper)
    return case


def _check_asked(sop: Sop, answers: Mapping[str, Any], *, paper: bool, about: About | None) -> None:
    """Raise `Refused` where the case would be about nothing, or an answer is missing."""
    if bool(sop.opening.about) != bool(about):
        raise Refused("wrong_role", final=True)
    if missing_fields(form_of(sop) if paper else sop.form(sop.opening.form), answers):
        raise Refused("form_needed")


async def _record(context: CaseContext, answers: Mapping[str, Any]) -> None:
    case, by, mandate = context.case, context.by, context.mandate
    await ledger.append(
        context.work,
        f"case.{context.action}",
        person_id=by.person.id if by else None,
        mandate_id=mandate.id if mandate else None,
        case_id=case.id,
        data={
            "number": case.number,
            "answers": dict(answers),
            "revision": case.revision,
            "on_paper": entered_by(case.facts) is not None,
            **({"about": about} if (about := noted(case.facts).get("about")) else {}),
        },
    )


async def _permitted(
    work: UnitOfWork, sop: Sop, member: Member, opd_id: int | None, *, paper: bool
) -> tuple[Permitted, int]:
    """Return by which mandate, and for which OPD. Raises `Refused`: wrong_role."""
    if not paper:
        permitted = opening_mandate(sop, member, opd_id)
        if permitted is None or permitted.mandate.opd_id is None:
            raise Refused("wrong_role", final=True)
        return permitted, permitted.mandate.opd_id
    verdict = permit_opening(sop, member.actor(), opd_id or 0, paper=True)
    if isinstance(verdict, Denied) or opd_id not in {opd.id for opd in await people.opds(work)}:
        raise Refused("wrong_role", final=isinstance(verdict, Denied))
    return verdict, opd_id


def _note_paper(context: CaseContext) -> None:
    """Remember who entered it: they acted for the OPD, so they decide nothing on this case, on paper either."""
    assert context.by is not None  # noqa: S101  (only people enter paper)
    context.remember(paper_request=context.by.person.id, requesters=[context.by.person.id])


async def _begin(work: UnitOfWork, sop: Sop, opd_id: int, member: Member, answers: Mapping[str, Any]) -> Case:
    state = engine.open_case(sop, opd_id, answers)
    case = Case(
        number="",
        sop_code=sop.code,
        sop_version=sop.version,
        opd_id=opd_id,
        opened_by=member.person.id,
        subject=str(answers[sop.opening.subject])[:SUBJECT_MAX],
        step=state.step,
        status=str(state.status),
        revision=state.revision,
        facts=dict(state.facts),
        subdomain=label_asked(answers),
        created_at=work.now,
        changed_at=work.now,
    )
    year = members.today(work).year
    entry = await registers.take(work, registers.of_cases(sop.code), year, lambda n: f"{sop.case_prefix}-{year}-{n:04}")
    case.number = entry.number
    work.add(case)
    await work.flush()
    entry.case_id = case.id
    return case


async def _send_on(office: Office, work: UnitOfWork, sop: Sop, case: Case, member: Member, *, paper: bool) -> None:
    then = sop.paper.then if paper and sop.paper else sop.opening.then
    verdict = permit(sop, state_of(case), member.actor(), then, case.revision, guards=GUARDS) if then else None
    if isinstance(verdict, Permitted):
        await press(office, work, member, case_id=case.id, action_id=then, revision=case.revision)
        return
    await notify.show_change(work, sop, case, ring=sop.opening.outcome.notify, presser=member.person)
