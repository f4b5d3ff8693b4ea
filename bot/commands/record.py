"""The record before an auditor: is the ledger what was written, and a signed line that says what it is now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.asking import fail, load, say, wait_for
from bot.settings import Settings
from workflows.record import checkpoint as checkpoints
from workflows.record.audit import Verdict, audit
from workflows.record.office_key import office_key
from workflows.record.signing import OfficeKey
from workflows.store import ledger
from workflows.store.unit_of_work import Database
from workflows.vault import Vault, VaultError


def verify_ledger(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="texts with checkpoints, as the administrators keep them")
    ] = None,
) -> None:
    """Check that no line of the ledger was changed, put in, moved or taken away."""
    verdict = wait_for(_verify(load(), [_text_of(path) for path in checkpoint or ()]))
    _end_where_faulty(verdict)
    say(f"All {verdict.lines} lines of the ledger are as they were written.")
    for held in verdict.held:
        say(f"Lines 1 to {held.size} are those that the checkpoint of {held.at} saw.")


def checkpoint() -> None:
    """Print a signed line that says what the ledger is now. Keep it elsewhere: it shows later changes."""
    say(wait_for(_checkpoint(load())))


async def _verify(found: Settings, texts: list[str]) -> Verdict:
    async with bootstrap.open_database(found) as database:
        known: list[checkpoints.Checkpoint] = []
        if texts:
            public = (await open_key(found, database)).public
            try:
                known = [one for text in texts for one in checkpoints.read(text, public)]
            except checkpoints.CheckpointError as error:
                fail(f"The checkpoints cannot be used: {error}.")
        async with database.read() as work:
            return await audit(ledger.lines(work), known)


async def _checkpoint(found: Settings) -> str:
    async with bootstrap.open_database(found) as database:
        key = await open_key(found, database)
        async with database.read() as work:
            verdict = await audit(ledger.lines(work))
            _end_where_faulty(verdict)
            return checkpoints.make(key, verdict.lines, verdict.root, work.now).line


async def open_key(found: Settings, database: Database) -> OfficeKey:
    """Return the office's key; end where it cannot be opened."""
    try:
        return await office_key(Vault(found.sealing_keys()), database)
    except VaultError as error:
        fail(f"The office's key cannot be opened ({error}): SECRET_KEYS must hold the key it was sealed under.")


def _end_where_faulty(verdict: Verdict) -> None:
    if not verdict.fault_count:
        return
    told = [f"Line {fault.sequence} of the ledger: {fault.reason}." for fault in verdict.faults]
    if verdict.fault_count > len(told):
        told.append(f"And {verdict.fault_count - len(told)} more.")
    fail("\n".join(["The ledger is not as it was written.", *told]))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} cannot be read: {error}.")
