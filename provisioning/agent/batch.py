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
from provisioning.agent.apply import Job, Report, fit
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
            jobs = _prepared(waiting, config, report, journal)
            chosen = _together(jobs)
            apply.run(chosen)
            for job in jobs:
                if job.error is not None or job in chosen:
                    answers[job.work.id] = _answered(job, journal)
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


def _prepared(works: Sequence[Work], config: AgentConfig, report: Report, journal: Journal) -> list[Job]:
    """Look, plan and test; a piece that is refused has its error."""
    known = {record.slug: record for record in Records().everything()}
    jobs = []
    for work in works:
        record = known.get(work.spec.slug, Record(slug=work.spec.slug))
        site = Site(spec=work.spec, config=config, record=record, secrets=work.secrets)
        jobs.append(Job(work=work, site=site, report=report))
        log.write(site.slug, "begin", request=work.id, state=site.spec.state)
    for job in jobs:
        with job.failing("request"):
            planner.permit(job.site, list(known.values()))
    with ThreadPoolExecutor(max_workers=1) as pool:
        tested = pool.submit(vhost.check_ahead, [job.site for job in fit(jobs)])
        found = planner.observe([job.site for job in fit(jobs)])
        for job in fit(jobs):
            with job.failing("plan"):
                _plan(job, found[job.site.slug], journal)
        _permit_beside_each_other(jobs)
        apply.test(fit(jobs), tested.result())
    return jobs


def _plan(job: Job, found: dict[str, Any] | ServerError, journal: Journal) -> None:
    if isinstance(found, ServerError):
        raise found
    job.plan = planner.plan(job.site.spec, found)
    if job.work.plan_hash is not None and not job.plan.is_empty:
        _hold_to_what_was_approved(job, journal)


def _hold_to_what_was_approved(job: Job, journal: Journal) -> None:
    """Refuse another plan than the approved one, but for its rest where this very request was begun and cut off."""
    parts = {change.part for change in job.plan.pending if not change.secret}
    if job.plan.hash == job.work.plan_hash:
        journal.agree(job.work.id, parts)
        return
    agreed = journal.agreed(job.work.id)
    if agreed is None or not parts <= agreed:
        raise ServerError(ErrorCode.PLAN_MOVED, f"the plan is now {job.plan.hash}", step="plan")


def _permit_beside_each_other(jobs: Sequence[Job]) -> None:
    """Refuse a name or an address that an earlier piece of the same request takes, if that one may go on."""
    before: list[Record] = []
    for job in fit(jobs):
        with job.failing("request"):
            planner.permit(job.site, before)
        if job.error is None and job.site.spec.state is not State.REMOVED:
            before.append(dataclasses.replace(job.site.record, spec=dataclasses.asdict(job.site.spec)))


def _together(jobs: Sequence[Job]) -> list[Job]:
    """Return the pieces to go on with: where what all hostings share is to be set right, one does so, alone, first.

    So it is undone if that one fails, and the others find it done, or do it themselves.
    """
    return next(([job] for job in fit(jobs) if job.changes_shared), fit(jobs))


def _answered(job: Job, journal: Journal) -> dict[str, Any]:
    if job.error is None:
        result = job.applied.to_data()
        with job.failing("journal"):  # asked again, it is found done
            if job.site.spec.state is State.REMOVED:
                journal.bury(job.site.slug)
            else:
                journal.finish(job.work.id, result)
            log.write(job.site.slug, "done", request=job.work.id, changed=job.applied.changed)
            return {"result": result}
    assert job.error is not None  # noqa: S101 - the block above returned, or set it
    log.write(job.site.slug, "failed", request=job.work.id, **job.error.to_data())
    return {"error": job.error.to_data()}


def _add_usage(works: Sequence[Work], config: AgentConfig, answers: Answers) -> None:
    """Say what each hosting takes now: of this moment, so no part of what the journal keeps."""
    made = [work for work in works if "result" in answers[work.id] and work.spec.state is not State.REMOVED]
    with contextlib.suppress(ServerError, OSError):  # the work is done, whether it can be counted or not
        for work, found in zip(made, usage.gather_all([work.spec for work in made], config), strict=True):
            answers[work.id]["result"]["usage"] = found.to_data()
