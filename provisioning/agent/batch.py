"""Several pieces of work under one hold of the server's lock: each is answered, journalled and undone by itself.

All are looked at side by side and planned; Apache tests them together; then they go through the stages together. A
piece that is refused or fails drops out, and the others go on as though it had not been there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from provisioning.agent import acme, apply, lock, log, names, planner, usage
from provisioning.agent.apply import Piece, Report, fit
from provisioning.agent.config import AgentConfig
from provisioning.agent.journal import Journal
from provisioning.agent.parts import vhost
from provisioning.agent.protocol import Work
from provisioning.agent.record import Record, Records
from provisioning.agent.site import Site, as_server_error
from provisioning.plan import ErrorCode, ServerError, canonical
from provisioning.spec import State

Answers = dict[str, dict[str, Any]]  # by the work's id: {"result": …} or {"error": …}


def carry_out(works: Sequence[Work], config: AgentConfig, report: Report) -> Answers:
    """Do every piece of work and return the answers. Raises `ServerError` (`LOCKED`) where none could begin."""
    journal, answers = Journal(), Answers()
    with lock.held():
        shutil.rmtree(names.RUN, ignore_errors=True)  # what a killed run had staged
        with contextlib.suppress(OSError):  # a full disk keeps no site from being closed
            acme.put_off()  # a reload would forget it
        waiting = _not_done_before(works, journal, answers)
        while waiting:
            pieces = _prepared(waiting, config, report, journal)
            chosen = _together(pieces)
            apply.run(chosen)
            for piece in pieces:
                if piece.error is not None or piece in chosen:
                    answers[piece.work.id] = _answered(piece, journal)
            waiting = [work for work in waiting if work.id not in answers]
    _add_usage(works, config, answers)
    journal.prune()
    return {work.id: answers[work.id] for work in works}


def _not_done_before(works: Sequence[Work], journal: Journal, answers: Answers) -> list[Work]:
    """Answer from the journal what it knows. Under the lock, so a repeated request waits for the first."""
    waiting = []
    for work in works:
        if _is_removed_already(work, journal):
            waiting.append(work)
            continue
        try:
            earlier = journal.begin(work.id, work.spec.slug, canonical(work.to_data()).encode())
        except (ServerError, OSError) as error:
            answers[work.id] = {"error": as_server_error(error, "journal").to_data()}
            continue
        if earlier is None:
            waiting.append(work)
        else:
            answers[work.id] = {"result": {**earlier, "replayed": True}}
    return waiting


def _is_removed_already(work: Work, journal: Journal) -> bool:
    """Whether this is the removal itself, asked again: with nothing left, it finds nothing to do and says so."""
    is_removal = work.spec.state is State.REMOVED
    return is_removal and journal.is_buried(work.id) and not Records().load(work.spec.slug).exists


def _prepared(works: Sequence[Work], config: AgentConfig, report: Report, journal: Journal) -> list[Piece]:
    """Look, plan and test; a piece that is refused has its error."""
    known = {record.slug: record for record in Records().everything()}
    pieces = []
    for work in works:
        record = known.get(work.spec.slug, Record(slug=work.spec.slug))
        site = Site(spec=work.spec, config=config, record=record, secrets=work.secrets)
        pieces.append(Piece(work=work, site=site, report=report))
        log.write(site.slug, "begin", request=work.id, state=site.spec.state)
    for piece in pieces:
        with piece.failing("request"):
            planner.permit(piece.site, list(known.values()))
    with ThreadPoolExecutor(max_workers=1) as pool:
        tested = pool.submit(vhost.check_ahead, [piece.site for piece in fit(pieces)])
        found = planner.observe([piece.site for piece in fit(pieces)])
        for piece in fit(pieces):
            with piece.failing("plan"):
                _plan(piece, found[piece.site.slug], journal)
        _permit_beside_each_other(pieces)
        apply.test(fit(pieces), tested.result())
    return pieces


def _plan(piece: Piece, found: dict[str, Any] | ServerError, journal: Journal) -> None:
    if isinstance(found, ServerError):
        raise found
    piece.plan = planner.plan(piece.site.spec, found)
    if piece.work.plan_hash is not None and not piece.plan.is_empty:
        _hold_to_what_was_approved(piece, journal)


def _hold_to_what_was_approved(piece: Piece, journal: Journal) -> None:
    """Refuse another plan than the approved one, but for its rest where this very request was begun and cut off."""
    parts = {change.part for change in piece.plan.pending if not change.secret}
    if piece.plan.hash == piece.work.plan_hash:
        journal.agree(piece.work.id, parts)
        return
    agreed = journal.agreed(piece.work.id)
    if agreed is None or not parts <= agreed:
        raise ServerError(ErrorCode.PLAN_MOVED, f"the plan is now {piece.plan.hash}", step="plan")


def _permit_beside_each_other(pieces: Sequence[Piece]) -> None:
    """Refuse a name or an address that an earlier piece of the same request takes, if that one may go on."""
    before: list[Record] = []
    for piece in fit(pieces):
        with piece.failing("request"):
            planner.permit(piece.site, before)
        if piece.error is None and piece.site.spec.state is not State.REMOVED:
            before.append(dataclasses.replace(piece.site.record, spec=dataclasses.asdict(piece.site.spec)))


def _together(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces to go on with: where what all hostings share is to be set right, one does so, alone, first.

    So it is undone if that one fails, and the others find it done, or do it themselves.
    """
    return next(([piece] for piece in fit(pieces) if piece.changes_shared), fit(pieces))


def _answered(piece: Piece, journal: Journal) -> dict[str, Any]:
    if piece.error is None:
        result = piece.applied.to_data()
        with piece.failing("journal"):  # asked again, it is found done
            if piece.site.spec.state is State.REMOVED:
                journal.bury(piece.site.slug)
            else:
                journal.finish(piece.work.id, result)
            log.write(piece.site.slug, "done", request=piece.work.id, changed=piece.applied.changed)
            return {"result": result}
    assert piece.error is not None  # noqa: S101 - the block above returned, or set it
    log.write(piece.site.slug, "failed", request=piece.work.id, **piece.error.to_data())
    return {"error": piece.error.to_data()}


def _add_usage(works: Sequence[Work], config: AgentConfig, answers: Answers) -> None:
    """Say what each hosting takes now: of this moment, so no part of what the journal keeps."""
    made = [work for work in works if "result" in answers[work.id] and work.spec.state is not State.REMOVED]
    with contextlib.suppress(ServerError, OSError):  # the work is done, whether it can be counted or not
        for work, found in zip(made, usage.gather_all([work.spec for work in made], config), strict=True):
            answers[work.id]["result"]["usage"] = found.to_data()
