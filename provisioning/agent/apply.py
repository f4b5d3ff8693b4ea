"""Carry plans out, stage by stage: all that a stage has to do for all pieces goes side by side.

A piece that fails is put back and drops out; the others go on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import pwd
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

from provisioning.agent import certificates, disk_space, log, names
from provisioning.agent.parts import database, php_fpm, sftp, vhost
from provisioning.agent.planner import PARTS
from provisioning.agent.protocol import Work
from provisioning.agent.record import Records
from provisioning.agent.site import Share, Site, Transaction, as_server_error
from provisioning.plan import Action, Applied, Change, Plan, Progress, ServerError
from provisioning.spec import State

Report = Callable[[Progress], None]


class Sort(enum.StrEnum):
    """What tells when a change may be made."""

    MAKE = "make"
    REMOVE = "remove"
    OPEN = "open"  # to visitors, again
    SHUT = "shut"


Stage = tuple[tuple[str, frozenset[Sort]], ...]

MAKE, REMOVE, OPEN, SHUT = (frozenset({sort}) for sort in Sort)
BOTH = MAKE | REMOVE
# A name is unpublished first and published last; what others still point to (certificate, account) goes after them.
# Apache leads nobody to PHP whose database is shut: it opens before them; it shuts, or goes, after them.
STAGES: tuple[Stage, ...] = (
    (("dns", REMOVE),),
    (("system_user", MAKE),),
    (("quota", MAKE), ("certificate", MAKE), ("page_login", MAKE), ("database", OPEN)),
    (("vhost", BOTH), ("sftp", BOTH), ("php_fpm", MAKE), ("database", MAKE)),
    (("php_fpm", REMOVE), ("cron", BOTH)),
    (("quota", REMOVE), ("certificate", REMOVE), ("page_login", REMOVE), ("database", REMOVE | SHUT)),
    (("system_user", REMOVE),),
    (("dns", MAKE),),
)
SORTS = {(database.NAME, database.UNLOCK): Sort.OPEN, (database.NAME, database.LOCK): Sort.SHUT}  # by part, key
SHARED = {(sftp.NAME, sftp.SHARED), (php_fpm.NAME, php_fpm.UNITS), (vhost.NAME, vhost.SERVER)}  # part, key
THREADS = 12  # most of them wait for programs


def sort_of(change: Change) -> Sort:
    """Return what tells when a change is made."""
    made = Sort.REMOVE if change.action is Action.REMOVE else Sort.MAKE
    return SORTS.get((change.part, change.key), made)


@dataclasses.dataclass(eq=False)
class Job:
    """One piece of work on its way. It has dropped out once it has an `error`."""

    work: Work
    site: Site
    report: Report
    plan: Plan = dataclasses.field(default_factory=lambda: Plan(slug="", basis="", changes=()))
    transaction: Transaction | None = None  # once it is begun
    error: ServerError | None = None
    done: int = 0

    @property
    def applied(self) -> Applied:
        """What was done."""
        return Applied(plan=self.plan, changed=not self.plan.is_empty, facts=facts(self.site))

    @property
    def changes_shared(self) -> bool:
        """Whether it sets something right that all hostings share."""
        return any((change.part, change.key) in SHARED for change in self.plan.pending)

    def of_stage(self, stage: Stage) -> dict[str, list[Change]]:
        """Return what is to be done in a stage, by part."""
        pending = self.plan.pending
        chosen = {name: [c for c in pending if c.part == name and sort_of(c) in sorts] for name, sorts in stage}
        return {name: changes for name, changes in chosen.items() if changes}

    def tell(self, step: str, *, ended: bool) -> None:
        """Report how far it is."""
        total = sum(len(self.of_stage(stage)) for stage in STAGES)
        self.done += ended
        self.report(Progress(work=self.work.id, step=step, done=self.done, total=total, ended=ended))

    def fail(self, error: BaseException, step: str) -> None:
        """Drop out, with an error of its own: what the piece leaves is told there."""
        if self.error is None:
            self.error = ServerError.from_data(as_server_error(error, step).to_data())

    @contextlib.contextmanager
    def failing(self, step: str) -> Iterator[None]:
        """Drop out where the block raises."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the other pieces go on; it is reported
            self.fail(error, step)


def fit(jobs: Sequence[Job]) -> list[Job]:
    """Return the pieces that have not dropped out."""
    return [job for job in jobs if job.error is None]


def test(jobs: Sequence[Job], covered: frozenset[str]) -> None:
    """Let Apache test what all pieces make of it, once, before anything is touched; the guilty ones drop out.

    `covered` are those of a test made ahead (`vhost.check_ahead`), which holds if it was of these very pieces.
    """
    sites = {job.site.slug: (job.site, [c for c in job.plan.pending if c.part == vhost.NAME]) for job in jobs}
    if covered == {slug for slug, (_, changes) in sites.items() if changes}:
        return
    failed = vhost.check(list(sites.values()))
    for job in jobs:
        if job.site.slug in failed:
            job.fail(failed[job.site.slug], vhost.NAME)


def run(jobs: Sequence[Job]) -> None:
    """Do what the plans say; what stays in place of a piece that failed is told in its error."""
    records = Records()
    for job in fit(jobs):
        with job.failing("record"):
            _begin(job, records)
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        for stage in STAGES:
            _run_stage(stage, [job for job in fit(jobs) if job.transaction is not None], pool)
    for job in fit(jobs):
        with job.failing("record"):
            _end(job, records)


def _begin(job: Job, records: Records) -> None:
    """Note what is wanted before anything is touched. A piece with nothing to do is not begun."""
    site, wanted = job.site, json.loads(job.site.spec.to_json())
    if job.plan.is_empty and site.record.spec == wanted and site.record.done:
        return
    if site.spec.state is State.ACTIVE:  # what is closed or goes away must do so on a full disk too
        disk_space.check()
    begun = dataclasses.replace(site.record, spec=wanted, done=False)
    if site.spec.state is not State.REMOVED or site.record.exists:
        records.save(begun)
    job.transaction = Transaction(dataclasses.replace(site, record=begun), records)


def _end(job: Job, records: Records) -> None:
    if job.transaction is None:
        return
    if job.site.spec.state is State.REMOVED:
        records.forget(job.site.slug)
    else:
        records.save(dataclasses.replace(job.transaction.record, done=True))


def _run_stage(stage: Stage, jobs: Sequence[Job], pool: ThreadPoolExecutor) -> None:
    chosen = {job.site.slug: job.of_stage(stage) for job in jobs}
    running: dict[Future[dict[str, Exception]], tuple[str, list[Job]]] = {}
    for job in jobs:
        if chosen[job.site.slug]:
            job.tell(next(iter(chosen[job.site.slug])), ended=False)
    for name, _ in stage:
        concerned = [job for job in jobs if name in chosen[job.site.slug]]
        for group in _groups(name, concerned):
            shares = [
                Share(p.site, chosen[p.site.slug][name], p.transaction) for p in group if p.transaction is not None
            ]
            running[pool.submit(_run_part, name, shares)] = (name, group)
    for future in as_completed(running):
        name, group = running[future]
        failed = future.result()
        for job in group:
            if job.site.slug in failed:
                job.fail(disk_space.blamed(as_server_error(failed[job.site.slug], name)), name)
            else:
                job.tell(name, ended=True)
    for job in jobs:
        if job.error is not None and job.transaction is not None:
            job.error.left = (*job.error.left, *job.transaction.left, *job.transaction.roll_back())


def _groups(name: str, jobs: list[Job]) -> list[list[Job]]:
    """Return who goes together: all of them where the part has something to do once for all."""
    if PARTS[name].apply_together is None:
        return [[job] for job in jobs]
    return [jobs] if jobs else []


def _run_part(name: str, shares: list[Share]) -> dict[str, Exception]:
    """Return the errors, by slug."""
    part = PARTS[name]
    for share in shares:
        for change in share.changes:
            log.write(share.slug, "change", part=name, action=change.action, summary=change.summary)
    try:
        if part.apply_together is not None:
            return part.apply_together(shares)
        for share in shares:
            part.apply(share.site, share.changes, share.transaction)
    except Exception as error:  # noqa: BLE001 - it is reported, by each piece that had a share in it
        return {share.slug: error for share in shares}
    return {}


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
        "self_signed": certificates.in_force(site.spec, site.config).own,
    }
    with contextlib.suppress(KeyError):
        found["uid"] = pwd.getpwnam(account).pw_uid
    return found
