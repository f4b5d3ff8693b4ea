"""The append-only record: each line carries the hash of the one before it, so that any change shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterable, Mapping
from typing import Any

FIRST = "0" * 64  # what stands as "previous" in the first line


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the ledger as it is hashed."""

    sequence: int
    at: dt.datetime
    person_id: int | None
    mandate_id: int | None
    action: str
    case_id: int | None
    data: Mapping[str, Any]
    previous: str

    def digest(self) -> str:
        """Return the SHA-256 of the line's canonical JSON (sorted keys, no spaces, UTC to the microsecond)."""
        fields = dataclasses.asdict(self) | {"at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds")}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Fault:
    """Where the ledger stops being what was written, and why."""

    sequence: int
    reason: str


async def verify(lines: AsyncIterable[tuple[Line, str]]) -> tuple[int, Fault | None]:
    """Check every (line, stored hash) in order. Return how many hold and the first fault, if any."""
    previous, count = FIRST, 0
    async for line, stored in lines:
        if line.sequence != count + 1:
            return count, Fault(line.sequence, f"line {count + 1} is missing")
        if line.previous != previous:
            return count, Fault(line.sequence, "it does not follow the line before it")
        if line.digest() != stored:
            return count, Fault(line.sequence, "its content was changed")
        previous, count = stored, count + 1
    return count, None
