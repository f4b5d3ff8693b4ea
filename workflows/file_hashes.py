"""The files that data names by their SHA-256: answers, and lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

HASH = "sha256"
BY_KIND = "papers"  # where a case's line has the hashes of its papers, by their kinds


def hashes_in(data: Any) -> Iterator[str]:
    """Yield the hashes in data, however deep."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == HASH and isinstance(value, str):
                yield value
            elif key == BY_KIND and isinstance(value, Mapping):
                yield from (one for one in value.values() if isinstance(one, str))
            else:
                yield from hashes_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from hashes_in(value)
