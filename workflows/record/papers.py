"""Whether the documents on disk are those that the ledger names by their hashes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, Iterator, Mapping
from typing import Any

from workflows.files import FileStore
from workflows.ledger import Line
from workflows.record.audit import Fault

HASH = "sha256"
BY_KIND = "papers"  # where a case's line has the hashes of its papers, by their kinds
OF_DOCUMENTS = ("case.", "letter")  # how the actions begin whose hashes are those of documents


async def audit_papers(lines: AsyncIterable[tuple[Line, str]], files: FileStore) -> tuple[int, list[Fault]]:
    """Look at each document once; return how many there are, and the lines that first name what is not as it was."""
    first_named: dict[str, int] = {}
    async for line, _ in lines:
        for sha256 in named_by(line):
            first_named.setdefault(sha256, line.sequence)
    faults = []
    for sha256, sequence in first_named.items():
        wrong = await _what_is_wrong(files, sha256)
        if wrong is not None:
            faults.append(Fault(sequence, f"its document {sha256} {wrong}"))
    return len(first_named), faults


def named_by(line: Line) -> Iterator[str]:
    """Yield the hashes of the documents that a line names; what people typed that looks like one names none."""
    if line.action.startswith(OF_DOCUMENTS):
        yield from _hashes(line.data)


def _hashes(data: Any) -> Iterator[str]:
    """Yield the hashes in a line, however deep its answers are."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == HASH and isinstance(value, str):
                yield value
            elif key == BY_KIND and isinstance(value, Mapping):
                yield from (one for one in value.values() if isinstance(one, str))
            else:
                yield from _hashes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _hashes(value)


async def _what_is_wrong(files: FileStore, sha256: str) -> str | None:
    try:
        content = await files.read(sha256)
    except OSError:
        return "is not there"
    digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    return None if digest == sha256 else "is not as it was kept"
