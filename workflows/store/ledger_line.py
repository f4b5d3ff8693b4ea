"""The append-only record: each line carries the hash of the one before it, so that any change shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIRST = "0" * 64  # what stands as "previous" in the first line


@dataclasses.dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One line of the ledger as it is hashed."""

    sequence: int
    at: dt.datetime
    person_id: int | None
    mandate_id: int | None
    action: str
    case_id: int | None
    data: Mapping[str, Any]
    previous: str

    def canonical(self) -> str:
        """Return the line as canonical JSON: sorted keys, no spaces, UTC to the microsecond."""
        fields = vars(self) | {"at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds")}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object for `json.loads`. Raises `ValueError` where a name stands twice: which counts, readers differ."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
