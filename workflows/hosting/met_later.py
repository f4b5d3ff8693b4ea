"""Orders that failed, and that a later job of their hosting has made so after all.

What failed stays wanted, so whatever is done next to the hosting (a repair, a closing by the office) makes it so too.
Then it ends as it would have ended by itself: nobody waits for what is there, and no case stays open for it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence

from provisioning.spec import HostingSpec, State
from workflows.engine.fields.ssh_key import read_ssh_key
from workflows.hosting import (
    cleaning,
    document_root,
    ending,
    laravel,
    order_completion,
    orders,
    passwords,
    php,
    sftp_keys,
    suspension,
    timed_scripts,
)
from workflows.hosting.change import NAME, OWNER_MAX, PACKAGE
from workflows.hosting.custom_domains.approval import ADD, DROP
from workflows.hosting.handover import OWNER
from workflows.office import Office
from workflows.store import hostings, outbox
from workflows.store.tables import Hosting, Job, JobState
from workflows.store.unit_of_work import UnitOfWork


async def end_met(office: Office, work: UnitOfWork, done: Job, hosting: Hosting, plan_hash: str) -> None:
    """End the orders that failed since the hosting was last as wanted, as far as it is now as they wanted it."""
    for job in left_failed([*await hostings.since_last_done(work, done), done]):
        if is_still_wanted(hosting.spec, job) and await _holds_its_passwords(work, job):
            job.state, job.finished_at = JobState.DONE, work.now
            await order_completion.done(office, work, job, hosting, plan_hash)
            for card in await outbox.cards_of(work, orders.subject(job.id)):  # whose buttons are over
                await outbox.put(work, card.chat_id, "order", {"job": job.id})


def left_failed(jobs: Sequence[Job]) -> list[Job]:
    """Return those of a hosting's jobs, oldest first, that failed and were not tried again. Pure."""
    return [job for job, then in itertools.pairwise(jobs) if job.state == JobState.FAILED and then.attempt == 1]


async def _holds_its_passwords(work: UnitOfWork, job: Job) -> bool:
    """Whether passwords that an order made, if that was all of it, are still those that a server is told."""
    if job.action not in passwords.MAKE_NEW:
        return True
    rows = await hostings.credentials(work, job.hosting_id)
    return any(row.sealed is not None for row in rows if row.wanted_revision == job.wanted_revision)


def is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    """Whether a hosting is wanted with what a job ordered, as far as the spec can tell; no order of a deed is. Pure."""
    wants = WANTS.get(job.action)
    return wants is not None and wants(spec, job)


def _package(spec: HostingSpec, job: Job) -> bool:
    before = orders.spec_before(job)
    return before is not None and spec.limits != before.limits


def _name(spec: HostingSpec, job: Job) -> bool:
    return job.data.get("name") in spec.names


def _no_name(spec: HostingSpec, job: Job) -> bool:
    return not _name(spec, job)


def _owner(spec: HostingSpec, job: Job) -> bool:
    return spec.owner == str(job.data.get("owner"))[:OWNER_MAX]


def _key(spec: HostingSpec, job: Job) -> bool:
    is_there = job.data.get("fingerprint") in {read_ssh_key(line).fingerprint for line in spec.ssh_keys}
    return is_there is job.data.get("added")


def _script(spec: HostingSpec, job: Job) -> bool:
    is_there = any(dataclasses.asdict(one).items() <= job.data.items() for one in spec.cron)
    return is_there is job.data.get("added")


def _php(spec: HostingSpec, job: Job) -> bool:
    return dataclasses.asdict(php.present(spec)).items() <= job.data.items()


def _laravel(spec: HostingSpec, job: Job) -> bool:
    return spec.application == (job.data.get("folder") if job.data.get("ready") else None)


def _folder(spec: HostingSpec, job: Job) -> bool:
    return spec.document_root == job.data.get("folder")


def _state(state: State) -> Callable[[HostingSpec, Job], bool]:
    return lambda spec, _job: spec.state is state


WANTS: Mapping[str, Callable[[HostingSpec, Job], bool]] = {
    PACKAGE: _package,
    NAME: _name,
    ADD: _name,
    DROP: _no_name,
    OWNER: _owner,
    sftp_keys.KEYS: _key,
    timed_scripts.CRON: _script,
    php.PHP: _php,
    laravel.LARAVEL: _laravel,
    document_root.FOLDER: _folder,
    **dict.fromkeys(passwords.MAKE_NEW, lambda _spec, _job: True),
    suspension.SUSPEND: _state(State.SUSPENDED),
    suspension.RESUME: _state(State.ACTIVE),
    cleaning.OPEN: lambda spec, _job: spec.cleaning,
    cleaning.CLOSE: lambda spec, _job: not spec.cleaning,
    ending.ARCHIVE: _state(State.ARCHIVED),
}
"""By action, whether a spec still holds what was ordered. What an order does beside the spec, no later job does."""
