"""Carry a plan out: test first, stage by stage, parts of one stage side by side, and put back on failure."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import pwd
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from provisioning.agent import certificates, log, names
from provisioning.agent.parts import vhost
from provisioning.agent.planner import PARTS
from provisioning.agent.record import Records
from provisioning.agent.site import Batch, Site
from provisioning.plan import Action, Applied, Change, ErrorCode, Plan, Progress, ServerError
from provisioning.spec import State

Report = Callable[[Progress], None]
Stage = tuple[tuple[str, tuple[bool, ...]], ...]

MAKE, REMOVE, BOTH = (False,), (True,), (False, True)
# A name is unpublished first and published last; what others still point to (certificate, account) goes after them.
STAGES: tuple[Stage, ...] = (
    (("dns", REMOVE),),
    (("system_user", MAKE),),
    (("quota", BOTH), ("certificate", MAKE)),
    (("sftp", BOTH), ("php_fpm", MAKE), ("vhost", BOTH), ("database", BOTH)),
    (("php_fpm", REMOVE),),
    (("certificate", REMOVE),),
    (("system_user", REMOVE),),
    (("dns", MAKE),),
)


def apply(site: Site, plan: Plan, records: Records, report: Report) -> Applied:
    """Do what the plan says and return what was done. Raises `ServerError` with the step and what stays in place."""
    pending, wanted = plan.pending, json.loads(site.spec.to_json())
    vhost.check(site, [change for change in pending if change.part == vhost.NAME])
    if pending or site.record.spec != wanted or not site.record.done:
        gone = site.spec.state is State.REMOVED
        begun = dataclasses.replace(site.record, spec=wanted, done=False)
        if not gone or site.record.exists:
            records.save(begun)
        batch = Batch(dataclasses.replace(site, record=begun), records)
        try:
            _run_stages(site, pending, batch, report)
        except ServerError as error:
            error.left = (*error.left, *batch.left, *batch.roll_back())
            raise
        if gone:
            records.forget(site.slug)
        else:
            records.save(dataclasses.replace(batch.record, done=True))
    return Applied(plan=plan, changed=bool(pending), facts=facts(site))


def _run_stages(site: Site, pending: Sequence[Change], batch: Batch, report: Report) -> None:
    stages = [chosen for stage in STAGES if (chosen := _of_stage(stage, pending))]
    done, total = 0, sum(len(stage) for stage in stages)
    with ThreadPoolExecutor(max_workers=max((len(stage) for stage in stages), default=1)) as pool:
        for stage in stages:
            report(Progress(step=next(iter(stage)), done=done, total=total))
            running = {pool.submit(_run_part, site, name, changes, batch): name for name, changes in stage.items()}
            failed: list[ServerError] = []
            for future in as_completed(running):
                error = future.exception()
                if error is not None:
                    failed.append(as_server_error(error, running[future]))
                    continue
                done += 1
                report(Progress(step=running[future], done=done, total=total))
            if failed:
                raise failed[0]


def _of_stage(stage: Stage, pending: Sequence[Change]) -> dict[str, list[Change]]:
    chosen = {
        name: [c for c in pending if c.part == name and (c.action is Action.REMOVE) in kinds] for name, kinds in stage
    }
    return {name: changes for name, changes in chosen.items() if changes}


def _run_part(site: Site, name: str, changes: Sequence[Change], batch: Batch) -> None:
    for change in changes:
        log.write(site.slug, "change", part=name, action=change.action, summary=change.summary)
    PARTS[name].apply(site, changes, batch)


def as_server_error(error: BaseException, step: str) -> ServerError:
    """Return `error` as one that travels, with its step."""
    if isinstance(error, ServerError):
        error.step = error.step or step
        return error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ServerError(ErrorCode.DISK_FULL, str(error), step=step)
    if isinstance(error, OSError):
        return ServerError(ErrorCode.STEP_FAILED, str(error), step=step)
    return ServerError(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}", step=step)


def facts(site: Site) -> dict[str, Any]:
    """Return what the notification letter says of the hosting as it now is (SOP step 7)."""
    if site.spec.state is State.REMOVED:
        return {}
    account = names.account(site.slug)
    found: dict[str, Any] = {
        "account": account,
        "home": str(names.home(site.slug)),
        "addresses": list(site.addresses),
        "database": names.database(site.slug) if site.spec.database else None,
        "self_signed": certificates.choose(site.spec, site.config).own,
    }
    with contextlib.suppress(KeyError):
        found["uid"] = pwd.getpwnam(account).pw_uid
    return found
