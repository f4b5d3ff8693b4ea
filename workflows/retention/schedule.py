"""How long each kind of data is kept, and what goes at night when its time is over (UU 27/2022, articles 16 and 43).

The ledger, cases, letters, and the uploads of what was decided stay: they are the office's archive, which its retention
schedule (JRA) disposes of, not this program. What was sent for a request that was withdrawn goes (`withdrawn.py`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping

import structlog

from workflows.files import FileStore
from workflows.malware import old_evidence
from workflows.people.members import today
from workflows.retention import withdrawn
from workflows.store import (
    drafts,
    inbox,
    inspections,
    ledger,
    outbox_retention,
    people,
    readings,
    saved_searches,
    uptime,
    usage,
)
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

log = structlog.get_logger(__name__)

OWN_FILE = "own_file"  # the kind of message that carries somebody's own data
PASSING_FILES = (OWN_FILE, "hosting_file")  # kinds of messages whose files nobody needs for long


@dataclasses.dataclass(frozen=True, kw_only=True)
class Periods:
    """Days that each kind of data is kept, from when it was last of use; the defaults of an installation."""

    updates: int = 7  # what people sent, once answered; Telegram repeats it for a day
    messages: int = 90  # what was said to people, counted from the end of its case
    searches: int = 30
    drafts: int = 180  # forms that nobody went on with
    readings: int = 365  # who opened which case
    own_files: int = 7  # files that people asked for: of their own data, and of their hosting (logs, dumps)
    uploads: int = 365  # what was sent for a request, counted from its withdrawal
    leavers: int = 730  # telephone number and account of who holds no office any more
    usage: int = 730  # what hostings used, day by day; of older months the sums are kept
    outages: int = 730  # when sites were down, counted from the end of their incident
    findings: int = 730  # what sites were suspected of, from when it was settled and last seen
    evidence: int = 180  # pages of theirs and pictures of these, as found, from then too


class _RehearsedError(Exception):
    """Ends a transaction of which nothing is to stay."""


async def purge(work: UnitOfWork, periods: Periods) -> tuple[dict[str, int], list[str]]:
    """Delete what is over in the present transaction; return how much of each kind, and the files to remove."""

    def before(days: int) -> dt.datetime:
        return work.now - dt.timedelta(days=days)

    old = before(periods.own_files)
    passing = [
        str(one["sha256"]) for kind in PASSING_FILES for one in await outbox_retention.forget_kind(work, kind, old)
    ]
    withdrawn_uploads, uploads = await withdrawn.forget(work, before(periods.uploads))
    evidence, pages = await old_evidence.forget(work, before(min(periods.evidence, periods.findings)))
    unneeded = await withdrawn.unneeded(work, {*passing, *uploads, *pages}, PASSING_FILES)
    counts = {
        "updates": await inbox.forget(work, before(periods.updates)),
        "messages": await outbox_retention.forget(work, before(periods.messages)),
        "searches": await saved_searches.forget(work, before(periods.searches)),
        "drafts": await drafts.forget(work, before(periods.drafts)),
        "readings": await readings.forget(work, before(periods.readings)),
        "own_files": len(passing),
        "uploads": withdrawn_uploads,
        "leavers": await _forget_leavers(work, before(periods.leavers)),
        "usage": await usage.fold(work, before(periods.usage).astimezone(WITA).date()),
        "outages": await uptime.forget(work, before(periods.outages)),
        "findings": await inspections.forget(work, before(periods.findings)),
        "evidence": evidence,
    }
    if any(counts.values()):
        await ledger.append(work, "retention", data={"counts": counts})
    return counts, unneeded


async def _forget_leavers(work: UnitOfWork, before: dt.datetime) -> int:
    """Delete how to reach people whose offices all ended before then; their names stay with what they decided."""
    day = today(work) - (work.now - before)
    gone = await people.left(work, before, day)
    for person in gone:
        if person.telegram_id is not None:
            await outbox_retention.forget_chat(work, person.telegram_id)
        person.phone, person.telegram_id, person.blocked_at = "", None, None
    return len(gone)


async def purge_by_night(database: Database, files: FileStore, periods: Periods) -> Mapping[str, int]:
    """Delete what is over, and say how much of each kind in the log and the ledger.

    A file goes before its row: if the process dies in between, the next night finds the row again.
    """
    async with database.write() as work:
        counts, unneeded = await purge(work, periods)
        for sha256 in unneeded:
            await files.remove(sha256, now=work.now)
    log.info("retention", **counts)
    return counts


async def rehearse(database: Database, periods: Periods) -> Mapping[str, int]:
    """Return what `purge_by_night` would delete now; nothing is."""
    counts: Mapping[str, int] = {}
    with contextlib.suppress(_RehearsedError):
        async with database.write() as work:
            counts, _ = await purge(work, periods)
            raise _RehearsedError
    return counts
