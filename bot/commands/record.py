"""The record before an auditor: is the ledger what was written, and a signed line that says what it is now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, shown, wait_for
from bot.settings import Settings
from workflows.record import checkpoint as checkpoints
from workflows.record import signing
from workflows.record.audit import AuditResult, LedgerFault, audit
from workflows.record.bundle_check import BundleReport, check
from workflows.record.export import Archive, Exported, ExportError
from workflows.record.export import export as write_bundle
from workflows.record.office_key import existing_key, office_key
from workflows.record.papers import Audited, audit_papers
from workflows.record.signing import OfficeKey, Signers
from workflows.secrets.vault import Vault, VaultError
from workflows.store import ledger
from workflows.store.unit_of_work import Database

LOCKED = "The office's key cannot be opened ({}): SECRET_KEYS must hold the key it was sealed under."


def verify_ledger(
    *,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="texts with checkpoints, as the administrators keep them")
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="look at every document that the ledger names, too")] = False,
) -> None:
    """Check that no line of the ledger was changed, put in, moved or taken away. Nothing is written."""
    found = load()
    verdict = wait_for(_verify(found, [_text_of(path) for path in checkpoint or ()]))
    _end_where_faulty(verdict.faults, verdict.fault_count)
    say(f"All {verdict.lines} lines of the ledger are as they were written.")
    for held in verdict.held:
        say(f"Lines 1 to {held.size} are those that the checkpoint of {held.at} saw.")
    if files:
        papers = wait_for(_verify_papers(found))
        _end_where_faulty(papers.faults, len(papers.faults))
        say(f"All {papers.named - papers.deleted} documents that it names are as they were kept.")
        if papers.deleted:
            say(f"Deleted by the retention schedule, as it says: {papers.deleted} more.")


def checkpoint() -> None:
    """Print a signed line that says what the ledger is now. Keep it elsewhere: it shows later changes."""
    say(wait_for(_checkpoint(load())))


def fingerprint() -> None:
    """Show the fingerprint of the office's key, which signs checkpoints and bundles. Publish it."""
    signers = wait_for(_signers(load()))
    say(signing.fingerprint(signers.present))
    for one in signers.former:
        say(f"Before, up to line {one.lines} of the ledger: {signing.fingerprint(one.public)}")


def export(
    case: Annotated[str, typer.Argument(help="the case's number, such as HST-2026-0001")],
    *,
    to: Annotated[Path, typer.Option(help="the file to write; there must be none yet")],
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="texts with checkpoints that the bundle is to be provable under, too")
    ] = None,
) -> None:
    """Write a case as one signed bundle: documents, its lines of the ledger, manifest. It holds personal data."""
    found = load()
    done = wait_for(_export(found, case, to, [_text_of(path) for path in checkpoint or ()]))
    say(f"{to}: {done.number}, {done.documents} documents, {done.lines} lines of the ledger, signed.")
    say(f"SHA-256: {done.sha256}")


def verify_bundle(
    file: Annotated[Path, typer.Argument(help="what `layanan export` wrote")],
    *,
    checkpoint: Annotated[Path | None, typer.Option(help="a text with checkpoints that were kept elsewhere")] = None,
    fingerprint: Annotated[str | None, typer.Option(help="what the office publishes as its key's fingerprint")] = None,
) -> None:
    """Check a bundle: offline, without settings or database. Any changed byte is found."""
    try:
        finding = check(file, _text_of(checkpoint) if checkpoint else None)
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    faults = list(finding.faults)
    signer = signing.fingerprint(finding.public) if finding.public else None
    if fingerprint is not None and signer is not None and fingerprint.split() != signer.split():
        faults.append(f"it was signed by another key, {signer}")
    if faults:
        fail("\n".join([f"{file} is not to be trusted.", *(f"- {shown(fault, kept='')}." for fault in faults)]))
    if finding.manifest is not None:
        _describe(finding, signer or "", compared=fingerprint is not None)


def _describe(finding: BundleReport, signer: str, *, compared: bool) -> None:
    manifest = finding.manifest
    assert manifest is not None  # noqa: S101 - the caller looked
    case = manifest.case
    what = shown(f"{case.number} ({case.opd}: {case.subject})", kept="")
    say(f"{what}, exported {manifest.exported_at:%Y-%m-%d %H:%M} UTC.")
    say(f"{len(manifest.documents)} documents and {finding.lines} lines of the ledger are as they were signed.")
    for gone in manifest.removed:
        what = shown(f"{gone.kind}, {gone.name}", kept="")
        say(f"Not in it: {what}, {gone.reason} ({gone.removed_at:%Y-%m-%d}).")
    for letter in manifest.letters:
        if letter.state:
            say(f"The letter {shown(letter.number or letter.kind, kept='')}: {letter.state}.")
    for one in finding.checkpoints:
        say(f"Its lines are among the {one.size} that the checkpoint of {one.at} saw.")
    asked = "as you expect." if compared else "compare it with what the office publishes."
    say(f"Signed by the key {signer}; {asked}")


async def _export(found: Settings, number: str, to: Path, texts: list[str]) -> Exported:
    async with bootstrap.open_database(found) as database:
        key = await open_key(found, database)
        archive = Archive(
            database=database,
            files=bootstrap.file_store(found),
            letterhead=bootstrap.letterhead(found),
            key=key,
        )
        try:
            under = [one for text in texts for one in checkpoints.read(text, key.signers)]
            return await write_bundle(archive, number, to, under)
        except checkpoints.CheckpointError as error:
            fail(f"The checkpoints cannot be used: {error}.")
        except ExportError as error:
            fail(f"Nothing was written: {error}.")
        except FileExistsError:
            fail(f"{to} exists and is left as it is.")
        except OSError as error:
            fail(f"{to} cannot be written: {error.strerror}.")


async def _verify(found: Settings, texts: list[str]) -> AuditResult:
    async with bootstrap.open_as_it_is(found) as database:
        known = await _kept_checkpoints(found, database, texts)
        async with database.read() as work:
            return await audit(ledger.lines(work), known)


async def _verify_papers(found: Settings) -> Audited:
    async with bootstrap.open_as_it_is(found) as database, database.read() as work:
        return await audit_papers(ledger.lines(work), bootstrap.file_store(found))


async def _kept_checkpoints(found: Settings, database: Database, texts: list[str]) -> list[checkpoints.Checkpoint]:
    if not texts:
        return []
    try:
        key = await existing_key(Vault(found.sealing_keys()), database)
    except VaultError as error:
        fail(LOCKED.format(error))
    if key is None:
        fail("The checkpoints cannot be used: this office never made any.")
    try:
        return [one for text in texts for one in checkpoints.read(text, key.signers)]
    except checkpoints.CheckpointError as error:
        fail(f"The checkpoints cannot be used: {error}.")


async def _checkpoint(found: Settings) -> str:
    async with bootstrap.open_database(found) as database:
        key = await open_key(found, database)
        async with database.read() as work:
            verdict = await audit(ledger.lines(work))
            _end_where_faulty(verdict.faults, verdict.fault_count)
            return checkpoints.make(key, verdict.lines, verdict.root, work.now).line


async def _signers(found: Settings) -> Signers:
    async with bootstrap.open_database(found) as database:
        return (await open_key(found, database)).signers


async def open_key(found: Settings, database: Database) -> OfficeKey:
    """Return the office's key; end where it cannot be opened."""
    try:
        return await office_key(Vault(found.sealing_keys()), database)
    except VaultError as error:
        fail(LOCKED.format(error))


def _end_where_faulty(faults: Sequence[LedgerFault], count: int) -> None:
    if not count:
        return
    told = [f"Line {fault.sequence} of the ledger: {fault.reason}." for fault in faults]
    if count > len(told):
        told.append(f"And {count - len(told)} more.")
    fail("\n".join(["The ledger is not as it was written.", *told]))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} cannot be read: {error}.")
