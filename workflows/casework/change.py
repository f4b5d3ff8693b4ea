"""Carrying a decision of the engine out: the case, its clock, the ledger, the effects and the cards, in one go."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import structlog

from workflows.calendar import stays
from workflows.cases import notify, on_paper
from workflows.cases.answer_checks import check_site_name, label_asked
from workflows.cases.case_context import CaseContext
from workflows.cases.noted_facts import noted
from workflows.cases.paper_request import entered_by
from workflows.casework.effects import EFFECTS
from workflows.engine.advance import Decision
from workflows.engine.description import Status
from workflows.store import cases, ledger
from workflows.store.tables import CaseStep, Paper

log = structlog.get_logger(__name__)

SUBJECT_MAX = 300  # characters of a case's subject


async def carry_out(context: CaseContext, decision: Decision, answers: Mapping[str, Any] | None = None) -> None:
    """Make the case what `decision` says, within the context's transaction.

    Raises `Refused` where an effect cannot be had (no capacity, say); the caller rolls back to its savepoint.
    """
    case, before = context.case, context.case.step
    case.facts = {k: v for k, v in {**case.facts, **decision.facts}.items() if v is not None}
    case.step = decision.step
    case.status = str(decision.status)
    case.revision += 1
    case.changed_at = context.work.now
    if decision.status.ended and case.closed_at is None:
        case.closed_at = context.work.now
    note_requester(context)
    log.info("case_moved", number=case.number, action=context.action, step=case.step, revision=case.revision)
    await _run_clock(context, decision)
    if answers is not None:
        await _follow_request(context, answers)
        await attach(context, answers)
    mark = await on_paper.note_paper(context, before, answers, finished=decision.step_finished)
    await _record(context, decision, before, answers, mark)
    for effect in decision.effects:
        await EFFECTS[effect.name](context, effect.args)
    await context.work.flush()
    presser = context.by.person if context.by else None
    await notify.show_change(context.work, context.sop, case, ring=_ring(context, decision), presser=presser)


def _ring(context: CaseContext, decision: Decision) -> tuple[str, ...]:
    """Return the roles that hear a sound: for an OPD that asked on paper, the office that answers in its stead too."""
    paper, told = context.sop.paper, decision.notify
    for_opd = decision.status is Status.WAITING_OPD or any(context.sop.role(role).scope == "opd" for role in told)
    return (*told, *(paper.roles if paper and for_opd and entered_by(context.case.facts) is not None else ()))


def note_requester(context: CaseContext) -> None:
    """Remember who acted for the OPD: they do not decide on this case, whatever office they hold later."""
    if context.by is None or context.mandate is None or context.sop.role(context.mandate.role).scope != "opd":
        return
    known = noted(context.case.facts).get("requesters", [])
    if context.by.person.id not in known:
        context.remember(requesters=[*known, context.by.person.id])


async def _follow_request(context: CaseContext, answers: Mapping[str, Any]) -> None:
    """Keep what the case is called in step with its request, where that was changed. Raises `Refused`: subdomain_*."""
    action = context.sop.action(context.action)
    if action is None or action.form != context.sop.opening.form:
        return
    await check_site_name(context.office, context.work, answers.get("subdomain"), context.case.id)
    context.case.subject = str(answers[context.sop.opening.subject])[:SUBJECT_MAX]
    context.case.subdomain = label_asked(answers)


async def attach(context: CaseContext, answers: Mapping[str, Any]) -> None:
    """Note the documents among a form's answers as papers of the case."""
    for kind, answer in answers.items():
        if isinstance(answer, Mapping) and "sha256" in answer:
            context.work.add(
                Paper(
                    case_id=context.case.id,
                    kind=kind,
                    name=answer["name"],
                    media_type=answer["media_type"],
                    size=answer["size"],
                    sha256=answer["sha256"],
                    created_at=context.work.now,
                )
            )
    await context.work.flush()


async def begin_step(context: CaseContext) -> None:
    """Start the clock of the step in which the case stands."""
    context.work.add(
        CaseStep(
            case_id=context.case.id,
            step=context.case.step,
            started_at=context.work.now,
            paused_seconds=0,
            pauses=[],
            reminded=0,
        )
    )
    await context.work.flush()


async def _run_clock(context: CaseContext, decision: Decision) -> None:
    now = context.work.now
    present = await cases.present_step(context.work, context.case.id)
    if present is not None and (decision.step_finished or decision.status is not Status.WAITING_OPD):
        stays.go_on(present, now)
    if decision.step_finished and present is not None:
        present.finished_at = now
        present.due_at = None
        present.finished_by = context.by.person.id if context.by else None
    if decision.step_finished and not decision.status.ended:
        await begin_step(context)
        present = await cases.present_step(context.work, context.case.id)
    if decision.status is Status.WAITING_OPD and present is not None:
        stays.stop(present, now)


async def _record(
    context: CaseContext,
    decision: Decision,
    before: str,
    answers: Mapping[str, Any] | None,
    mark: on_paper.PaperMark | None,
) -> None:
    papers = await cases.papers(context.work, context.case.id)
    await ledger.append(
        context.work,
        f"case.{context.action}",
        person_id=context.by.person.id if context.by else None,
        mandate_id=context.mandate.id if context.mandate else None,
        case_id=context.case.id,
        data={
            "number": context.case.number,
            "revision": context.case.revision,
            "from": before,
            "to": decision.step,
            "status": str(decision.status),
            "answers": dict(answers or {}),
            "papers": {paper.kind: paper.sha256 for paper in papers},
            **({"on_paper": dataclasses.asdict(mark)} if mark else {}),
        },
    )
