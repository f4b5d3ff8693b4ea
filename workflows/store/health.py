"""How the store is: what waits in it and for how long, and whether its file is whole."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, aliased

from workflows.store import outbox
from workflows.store.tables import InboxUpdate, Job, JobState, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

SQLITE_GUARDS = frozenset({"ledger_no_update", "ledger_no_delete", "ledger_no_replace"})
POSTGRESQL_GUARDS = frozenset({"ledger_append_only"})
JOB_STATES = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)  # what is not over


@dataclasses.dataclass(frozen=True, kw_only=True)
class WaitingWork:
    """What is still to be done of one kind, and since when the oldest could have been."""

    count: int
    oldest: dt.datetime | None

    def age(self, now: dt.datetime) -> float:
        """Return for how many seconds the oldest has waited."""
        return 0.0 if self.oldest is None else max(0.0, (now - self.oldest).total_seconds())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Backlog:
    """All that waits. `held` are messages for people who blocked the bot; `jobs` counts what is not over by state."""

    updates: WaitingWork
    messages: WaitingWork
    held: int
    jobs: dict[JobState, int]


async def backlog(work: UnitOfWork) -> Backlog:
    """Count what waits; what is planned for later does not."""
    undone = InboxUpdate.done_at.is_(None)
    updates = (await work.session.execute(_count(InboxUpdate.received_at).where(undone))).one()
    due = (outbox.IS_OPEN, OutboxMessage.not_before <= work.now)
    messages = (await work.session.execute(_count(OutboxMessage.created_at).where(*due))).one()
    held = await work.session.scalar(select(func.count()).where(outbox.IS_HELD))
    later = aliased(Job)
    tried_again = exists().where(later.hosting_id == Job.hosting_id, later.id > Job.id)  # another job's affair
    open_ones = (Job.state.in_(JOB_STATES), ~tried_again)  # few, found by their state: what is done is not looked at
    jobs = dict.fromkeys(JOB_STATES, 0)
    for state, count in await work.session.execute(
        select(Job.state, func.count()).where(*open_ones).group_by(Job.state)
    ):
        jobs[state] = count
    return Backlog(
        updates=WaitingWork(count=updates[0], oldest=updates[1]),
        messages=WaitingWork(count=messages[0], oldest=messages[1]),
        held=held or 0,
        jobs=jobs,
    )


def _count(since: InstrumentedAttribute[dt.datetime]) -> Select[int, dt.datetime | None]:
    return select(func.count(), func.min(since))


async def guards_missing(work: UnitOfWork) -> list[str]:
    """Return the triggers that keep the ledger append-only and are not there: somebody has taken them away."""
    if work.is_sqlite:
        wanted, found = SQLITE_GUARDS, text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:  # 'O' and 'A': it fires in an ordinary session
        wanted = POSTGRESQL_GUARDS
        found = text("SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('ledger') AND tgenabled IN ('O', 'A')")
    return sorted(wanted - set(await work.session.scalars(found)))


async def is_whole(work: UnitOfWork) -> bool:
    """Whether SQLite finds its file whole (PRAGMA quick_check); other databases look after themselves."""
    if not work.is_sqlite:
        return True
    return (await work.session.execute(text("PRAGMA quick_check(1)"))).scalar() == "ok"
