"""Once a day the ledger is audited, and the administrators are sent a checkpoint to keep, or told that it fails.

It is held against the checkpoint before, too: a chain computed anew would else be signed as though it were the old one.
"""

from __future__ import annotations

import datetime as dt

import structlog

from workflows.office import Office
from workflows.people import members
from workflows.people.notices import notice
from workflows.record import checkpoint
from workflows.record.audit import AuditResult, audit
from workflows.record.office_key import key_in, office_key
from workflows.record.signing import OfficeKey
from workflows.store import ledger, settings
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

NAME = "checkpoint"
HOUR = 6  # WITA: before the office opens

log = structlog.get_logger(__name__)


async def audit_daily(office: Office, database: Database) -> None:
    """Do today's audit where it is due; said once, however often this is called. An unchanged ledger is no news."""
    async with database.read() as work:
        last = await settings.get(work, NAME) or {}
        if not _due(last, work.now):
            return
    key = await office_key(office.vault, database)
    async with database.read() as work:
        verdict = await audit(ledger.lines(work), _known(last, key))
        made = checkpoint.make(key, verdict.lines, verdict.root, work.now)
    async with database.write() as work:
        last = await settings.lock(work, NAME) or {}
        present = await key_in(office.vault, work)
        if not _due(last, work.now) or present is None or present.public != key.public:  # replaced: done anew
            return
        if verdict.fault_count:  # the last one that held stays, and shows the same again tomorrow
            await settings.put(work, NAME, {**last, "day": _today(work.now)})
            log.error("ledger_is_not_as_written", line=verdict.faults[0].sequence, faults=verdict.fault_count)
            await _tell(work, "catatan.rusak", {"line": verdict.faults[0].sequence, "day": _today(work.now)})
            return
        await settings.put(work, NAME, {"day": _today(work.now), "line": made.line, "root": made.root})
        if last.get("root") != made.root:
            await _tell(work, "catatan.titik_periksa", _said(verdict, made))


def _known(last: dict[str, str], key: OfficeKey) -> list[checkpoint.Checkpoint]:
    """Return the checkpoint before this one. Who writes to the database can take it away, but make no other."""
    try:
        return checkpoint.read(last.get("line", ""), key.signers)
    except checkpoint.CheckpointError:
        return []


def _said(verdict: AuditResult, made: checkpoint.Checkpoint) -> dict[str, object]:
    return {"lines": verdict.lines, "checkpoint": made.line, "day": made.at}


async def _tell(work: UnitOfWork, text: str, params: dict[str, object]) -> None:
    for person in await members.admins(work):
        await notice(work, person, text, params, key=f"{text}:{_today(work.now)}:{person.id}")


def _due(last: dict[str, str], now: dt.datetime) -> bool:
    return now.astimezone(WITA).hour >= HOUR and last.get("day") != _today(now)


def _today(now: dt.datetime) -> str:
    return now.astimezone(WITA).date().isoformat()
