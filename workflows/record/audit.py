"""Whether the ledger is what was written: every line by its hash and link, and all of them by earlier checkpoints.

Who can write to the database but has seen no checkpoint can still compute a whole new chain; what shows that is a
checkpoint that was kept elsewhere. What was added behind the newest checkpoint is guarded by the database alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterable, Sequence

from workflows.record.checkpoint import Checkpoint
from workflows.record.merkle import Frontier, leaf
from workflows.store.ledger_line import FIRST, LedgerLine

FAULTS_NAMED = 20  # more say no more
MOVED_WITHIN = 1000  # how far from its place a line is looked for


@dataclasses.dataclass(frozen=True)
class LedgerFault:
    """Where the ledger is not what was written, and why, as the end of a sentence."""

    sequence: int
    reason: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AuditResult:
    """What an audit found: `faults` names the first `FAULTS_NAMED` of `fault_count`; `root` is over all lines."""

    lines: int
    root: str
    faults: tuple[LedgerFault, ...]
    fault_count: int
    held: tuple[Checkpoint, ...]  # the checkpoints that saw these very lines


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """A line as it stands in the table, with the hash that stands beside it."""

    line: LedgerLine
    hash: str
    digest: str

    @property
    def whole(self) -> bool:
        """Tell whether the hash is the line's own."""
        return self.digest == self.hash


async def audit(lines: AsyncIterable[tuple[LedgerLine, str]], checkpoints: Sequence[Checkpoint] = ()) -> AuditResult:
    """Check every (line, stored hash) in order, and the checkpoints, whose signatures were checked before."""
    auditor = _Auditor(checkpoints)
    async for line, stored in lines:
        auditor.take(Entry(line=line, hash=stored, digest=line.digest()))
    return auditor.end()


class _Auditor:
    """Looks at each line beside its neighbours, so that it can say which of them was changed."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self._before: Entry | None = None
        self._present: Entry | None = None
        self._tree = Frontier()
        self._count = 0
        self._faults: list[LedgerFault] = []
        self._fault_count = 0
        self._due = sorted(checkpoints, key=lambda one: one.size)
        self._held: list[Checkpoint] = []

    def take(self, entry: Entry) -> None:
        """Look at the line before this one, whose two neighbours are now known."""
        self._look(entry)
        self._before, self._present = self._present, entry
        self._compare()
        self._count += 1
        self._tree.add(leaf_of(entry.hash))

    def end(self) -> AuditResult:
        """Look at the last line and at the checkpoints that are left."""
        self._look(None)
        self._compare()
        for missed in self._due:
            first = self._count + 1
            lines = "it was" if missed.size == first else f"it and all up to line {missed.size} were"
            self._add(first, f"{lines} taken away; the checkpoint of {missed.at} saw {missed.size} lines")
        return AuditResult(
            lines=self._count,
            root=self._tree.root().hex(),
            faults=tuple(self._faults),
            fault_count=self._fault_count,
            held=tuple(self._held),
        )

    def _look(self, after: Entry | None) -> None:
        entry, before = self._present, self._before
        if entry is None:
            return
        gap = _gap(entry, before)
        if gap is not None:
            self._add(*gap)
        if not entry.whole:
            self._add(entry.line.sequence, _why_not_whole(entry, before, after))
        elif gap is None and not _linked(entry, before):
            place = before.line.sequence if before else 0
            self._add(entry.line.sequence, f"it does not follow line {place} as that stands")

    def _compare(self) -> None:
        """Hold the lines so far against the checkpoints of just that many."""
        while self._due and self._due[0].size == self._count:
            checkpoint = self._due.pop(0)
            if self._tree.root().hex() == checkpoint.root:
                self._held.append(checkpoint)
            else:
                self._add(
                    (self._held[-1].size if self._held else 0) + 1,
                    f"lines up to {checkpoint.size} are not those that the checkpoint of {checkpoint.at} saw",
                )

    def _add(self, sequence: int, reason: str) -> None:
        self._fault_count += 1
        if len(self._faults) < FAULTS_NAMED:
            self._faults.append(LedgerFault(sequence, reason))


def _gap(entry: Entry, before: Entry | None) -> tuple[int, str] | None:
    expected = before.line.sequence + 1 if before else 1
    found = entry.line.sequence
    if found == expected:
        return None
    if found < expected:
        return found, "no line has this number; it was put in"
    return expected, "it is missing" if found == expected + 1 else f"it and all up to line {found - 1} are missing"


def _linked(entry: Entry, before: Entry | None) -> bool:
    if before is None:
        return entry.line.previous == FIRST
    return entry.line.previous in (before.hash, before.digest)  # the one that is wrong is told of its own line


def _why_not_whole(entry: Entry, before: Entry | None, after: Entry | None) -> str:
    if after is not None and after.line.previous == entry.digest:
        return "the hash beside it was changed"
    link = before.hash if before else FIRST
    if dataclasses.replace(entry.line, previous=link).digest() == entry.hash:
        return "its link to the line before it was changed"
    place = entry.line.sequence
    for other in range(max(1, place - MOVED_WITHIN), place + MOVED_WITHIN + 1):
        if dataclasses.replace(entry.line, sequence=other).digest() == entry.hash:
            return f"it was written as line {other}; lines were put into another order"
    return "its content was changed"


def leaf_of(stored: str) -> bytes:
    """Return the leaf of a stored hash; what is no hash stays different from every one."""
    try:
        return leaf(bytes.fromhex(stored))
    except (TypeError, ValueError):
        return leaf(repr(stored).encode())
