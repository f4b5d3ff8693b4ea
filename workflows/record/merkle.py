"""The Merkle tree over the ledger's hashes (RFC 9162, section 2.1): one root for all, a short path for each line.

A path proves that a line is among the lines under a root and at which place, and says nothing of the other lines.
Hashes are raw SHA-256; places count from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(line_hash: bytes) -> bytes:
    """Return the leaf of a line's hash."""
    return hashlib.sha256(b"\x00" + line_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return what stands above two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows by leaves and keeps only the roots of its whole subtrees: log2 of the leaves in memory."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._peaks: list[tuple[int, bytes]] = []  # (height, root), the highest first
        for one in leaves:
            self.add(one)

    def add(self, new: bytes) -> None:
        """Add a leaf at the end."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            new = node(self._peaks.pop()[1], new)
            height += 1
        self._peaks.append((height, new))

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        *others, (_, above) = self._peaks
        for _, peak in reversed(others):
            above = node(peak, above)
        return above


class Tree:
    """A whole tree, for the paths of its leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(list(_above(self._levels[-1])))

    def path(self, place: int) -> list[bytes]:
        """Return the neighbours on the way up from a leaf, the nearest first. Raises `IndexError`."""
        if not 0 <= place < len(self._levels[0]):
            raise IndexError(place)
        found = []
        for level in self._levels[:-1]:
            if place ^ 1 < len(level):
                found.append(level[place ^ 1])
            place //= 2
        return found


def climb(one: bytes, place: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """Return the root that a leaf at `place` of `size` leaves has by this path; None where the path does not fit."""
    if not 0 <= place < size:
        return None
    steps = iter(path)
    while size > 1:
        if place ^ 1 < size:
            neighbour = next(steps, None)
            if neighbour is None:
                return None
            one = node(neighbour, one) if place % 2 else node(one, neighbour)
        place, size = place // 2, (size + 1) // 2
    return one if next(steps, None) is None else None


def _above(level: Sequence[bytes]) -> Iterator[bytes]:
    for place in range(0, len(level), 2):
        pair = level[place : place + 2]
        yield node(*pair) if len(pair) == 2 else pair[0]
