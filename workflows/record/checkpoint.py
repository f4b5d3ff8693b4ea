"""A checkpoint: what the ledger was at an instant, in one signed line that is kept outside the office.

    layanan-checkpoint 1 <lines> <root of the tree over their hashes> <instant, UTC> <signature>

Hashes and signature are hexadecimal. The line may stand anywhere in a text, also broken by spaces.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from workflows.record.signing import OfficeKey, Signers, genuine

WORD = "layanan-checkpoint"
LINE = re.compile(rf"{WORD}\s+1\s+([0-9]{{1,15}})\s+([0-9a-f]{{64}})\s+([0-9T:-]{{19}}Z)\s+([0-9a-f]{{128}})\b")
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class CheckpointError(Exception):
    """A text holds no checkpoint, or one that is cut off or not ours; the message says which."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The ledger had `size` lines under `root` at `at` (UTC, as it is written)."""

    size: int
    root: str
    at: str
    signature: str = ""

    @property
    def message(self) -> str:
        """Return what is signed."""
        return f"{WORD} 1 {self.size} {self.root} {self.at}"

    @property
    def line(self) -> str:
        """Return the signed line."""
        return f"{self.message} {self.signature}"

    def genuine(self, signers: Signers) -> bool:
        """Tell whether the office made it."""
        signed = (self.message.encode(), bytes.fromhex(self.signature))
        return any(genuine(public, *signed) for public in signers.of(self.size))


def make(key: OfficeKey, size: int, root: str, at: dt.datetime) -> Checkpoint:
    """Return a signed checkpoint of `size` lines under `root`."""
    bare = Checkpoint(size=size, root=root, at=at.astimezone(dt.UTC).strftime(INSTANT))
    return dataclasses.replace(bare, signature=key.sign(bare.message.encode()).hex())


def read(text: str, signers: Signers) -> list[Checkpoint]:
    """Return every checkpoint in a text, each made by this office. Raises `CheckpointError`."""
    found = [
        Checkpoint(size=int(size), root=root, at=at, signature=signature)
        for size, root, at, signature in LINE.findall(text)
    ]
    if not found and WORD not in text:
        raise CheckpointError("there is no checkpoint in it")
    if len(found) != text.count(WORD):
        raise CheckpointError("a checkpoint in it is cut off or was changed")
    for one in found:
        if not one.genuine(signers):
            raise CheckpointError(f"the checkpoint of {one.at} was not signed by this office's key, or was changed")
    return found
