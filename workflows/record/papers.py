"""Whether the documents on disk are those that the ledger names by their hashes, but for what it says was deleted."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import AsyncIterable, Iterator

from workflows.file_hashes import hashes_in
from workflows.files import FileStore
from workflows.record.audit import LedgerFault
from workflows.retention.withdrawn import DELETED
from workflows.store.ledger_line import LedgerLine

GONE = "is not there"
OF_DOCUMENTS = ("case.", "letter")  # how the actions begin whose hashes are those of documents


@dataclasses.dataclass(frozen=True, kw_only=True)
class Audited:
    """How many documents the ledger names, how many of them were deleted by schedule, and where one is not as kept."""

    named: int
    deleted: int
    faults: tuple[LedgerFault, ...]


async def audit_papers(lines: AsyncIterable[tuple[LedgerLine, str]], files: FileStore) -> Audited:
    """Look at each document once; a fault is told at the line that first names it."""
    first_named: dict[str, int] = {}
    deleted: set[str] = set()  # and named by no line since
    async for line, _ in lines:
        deleted |= set(deleted_by(line))
        for sha256 in named_by(line):
            first_named.setdefault(sha256, line.sequence)
            deleted.discard(sha256)
    faults, gone = [], 0
    for sha256, sequence in first_named.items():
        wrong = await _what_is_wrong(files, sha256)
        if wrong == GONE and sha256 in deleted:
            gone += 1
        elif wrong is not None:
            faults.append(LedgerFault(sequence, f"its document {sha256} {wrong}"))
    return Audited(named=len(first_named), deleted=gone, faults=tuple(faults))


def named_by(line: LedgerLine) -> Iterator[str]:
    """Yield the hashes of the documents that a line names; what people typed that looks like one names none."""
    if line.action.startswith(OF_DOCUMENTS):
        yield from hashes_in(line.data)


def deleted_by(line: LedgerLine) -> Iterator[str]:
    """Yield the hashes of the documents that a line says were deleted because their time was over."""
    if line.action == DELETED:
        yield from hashes_in(line.data)


async def _what_is_wrong(files: FileStore, sha256: str) -> str | None:
    try:
        content = await files.read(sha256)
    except OSError:
        return GONE
    digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    return None if digest == sha256 else "is not as it was kept"
