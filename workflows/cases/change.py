"""Carrying a decision of the engine out: the case, its clock, the ledger, the effects and the cards, in one go."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import structlog

from workflows.cases import notify, on_paper
from workflows.cases.answer_checks import check_site_name, label_asked
from workflows.cases.effects import EFFECTS
from workflows.cases.occasion import Occasion
from workflows.clock import stays
from workflows.engine.advance import Decision
from workflows.engine.case import PAPER, REQUESTERS
from workflows.engine.description import Status
from workflows.store import cases, ledger
from workflows.store.tables import CaseStep, Paper

log = structlog.get_logger(__name__)

SUBJECT_MAX = 300  # characters of a case's subject


async def carry_out(occasion: Occasion, decision: Decision, answers: Mapping[str, Any] | None = None) -> None:
    """Make the case what `decision` says, within the occasion's transaction.

    Raises `Refused` where an effect cannot be had (no capacity, say); the caller rolls back to its savepoint.
    """
    case, before = occasion.case, occasion.case.step
    case.facts = {k: v for k, v in {**case.facts, **decision.facts}.items() if v is not None}
    case.step = decision.step
    case.status = str(decision.status)
    case.revision += 1
    case.changed_at = occasion.work.now
    if decision.status.ended and case.closed_at is None:
        case.closed_at = occasion.work.now
    note_requester(occasion)
    log.info("case_moved", number=case.number, action=occasion.action, step=case.step, revision=case.revision)
    await _run_clock(occasion, decision)
    if answers is not None:
        await _follow_request(occasion, answers)
        await attach(occasion, answers)
    mark = await on_paper.note(occasion, before, answers, finished=decision.step_finished)
    await _record(occasion, decision, before, answers, mark)
    for effect in decision.effects:
        await EFFECTS[effect.name](occasion, effect.args)
    await occasion.work.flush()
    presser = occasion.by.person if occasion.by else None
    await notify.show_change(occasion.work, occasion.sop, case, ring=_ring(occasion, decision), presser=presser)


def _ring(occasion: Occasion, decision: Decision) -> tuple[str, ...]:
    """Return the roles that hear a sound: for an OPD that asked on paper, the office that answers in its stead too."""
    paper = occasion.sop.paper
    waits = decision.status is Status.WAITING_OPD and PAPER in occasion.case.facts
    return (*decision.notify, *(paper.roles if paper and waits else ()))


def note_requester(occasion: Occasion) -> None:
    """Remember who acted for the OPD: they do not decide on this case, whatever office they hold later."""
    if occasion.by is None or occasion.mandate is None or occasion.sop.role(occasion.mandate.role).scope != "opd":
        return
    known = occasion.case.facts.get(REQUESTERS, [])
    if occasion.by.person.id not in known:
        occasion.remember(REQUESTERS, [*known, occasion.by.person.id])


async def _follow_request(occasion: Occasion, answers: Mapping[str, Any]) -> None:
    """Keep what the case is called in step with its request, where that was changed. Raises `Refused`: subdomain_*."""
    action = occasion.sop.action(occasion.action)
    if action is None or action.form != occasion.sop.opening.form:
        return
    await check_site_name(occasion.office, occasion.work, answers.get("subdomain"), occasion.case.id)
    occasion.case.subject = str(answers[occasion.sop.opening.subject])[:SUBJECT_MAX]
    occasion.case.subdomain = label_asked(answers)


async def attach(occasion: Occasion, answers: Mapping[str, Any]) -> None:
    """Note the documents among a form's answers as papers of the case."""
    for kind, answer in answers.items():
        if isinstance(answer, Mapping) and "sha256" in answer:
            occasion.work.add(
                Paper(
                    case_id=occasion.case.id,
                    kind=kind,
                    name=answer["name"],
                    media_type=answer["media_type"],
                    size=answer["size"],
                    sha256=answer["sha256"],
                    created_at=occasion.work.now,
                )
            )
    await occasion.work.flush()


async def begin_step(occasion: Occasion) -> None:
    """Start the clock of the step in which the case stands."""
    occasion.work.add(
        CaseStep(
            case_id=occasion.case.id,
            step=occasion.case.step,
            started_at=occasion.work.now,
            paused_seconds=0,
            pauses=[],
            reminded=0,
        )
    )
    await occasion.work.flush()


async def _run_clock(occasion: Occasion, decision: Decision) -> None:
    now = occasion.work.now
    present = await cases.present_step(occasion.work, occasion.case.id)
    if present is not None and (decision.step_finished or decision.status is not Status.WAITING_OPD):
        stays.go_on(present, now)
    if decision.step_finished and present is not None:
        present.finished_at = now
        present.due_at = None
        present.finished_by = occasion.by.person.id if occasion.by else None
    if decision.step_finished and not decision.status.ended:
        await begin_step(occasion)
        present = await cases.present_step(occasion.work, occasion.case.id)
    if decision.status is Status.WAITING_OPD and present is not None:
        stays.stop(present, now)


async def _record(
    occasion: Occasion, decision: Decision, before: str, answers: Mapping[str, Any] | None, mark: on_paper.Mark | None
) -> None:
    papers = await cases.papers(occasion.work, occasion.case.id)
    await ledger.append(
        occasion.work,
        f"case.{occasion.action}",
        person_id=occasion.by.person.id if occasion.by else None,
        mandate_id=occasion.mandate.id if occasion.mandate else None,
        case_id=occasion.case.id,
        data={
            "number": occasion.case.number,
            "revision": occasion.case.revision,
            "from": before,
            "to": decision.step,
            "status": str(decision.status),
            "answers": dict(answers or {}),
            "papers": {paper.kind: paper.sha256 for paper in papers},
            **({"on_paper": dataclasses.asdict(mark)} if mark else {}),
        },
    )
