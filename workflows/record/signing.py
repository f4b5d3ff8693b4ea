"""Signing and checking with the office's own key (Ed25519). Pure: where the key lies is `office_key`'s affair."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GROUP = 4
GROUPS = 8


class OfficeKey:
    """The private half. It never leaves the process but sealed."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

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
