"""Signing and checking with the office's keys (Ed25519). Pure: where the key lies is `office_key`'s affair."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GROUP = 4
GROUPS = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class FormerKey:
    """A key that was replaced: it speaks for the first `lines` lines of the ledger, and for nothing since.

    Whoever has stolen it can still sign; what they say of later lines is not believed.
    """

    public: bytes
    lines: int


@dataclasses.dataclass(frozen=True)
class Signers:
    """The public halves of the office's present key and of those before it."""

    present: bytes
    former: tuple[FormerKey, ...] = ()

    def of(self, lines: int) -> Iterator[bytes]:
        """Yield whose word counts about a ledger of so many lines."""
        yield self.present
        yield from (one.public for one in self.former if lines <= one.lines)


class OfficeKey:
    """The private half. It never leaves the process but sealed."""

    def __init__(self, private: Ed25519PrivateKey, former: tuple[FormerKey, ...] = ()) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.signers = Signers(self.public, former)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._private.sign(message)


def genuine(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the holder of the private half signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """Return what people compare: the first 128 bits of the key's SHA-256 in groups of four signs."""
    digest = hashlib.sha256(public).hexdigest()
    return " ".join(digest[start : start + GROUP] for start in range(0, GROUP * GROUPS, GROUP))
