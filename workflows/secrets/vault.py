"""Sealing secrets at rest with AES-256-GCM; the keys come from the environment, never from the database."""

from __future__ import annotations

import base64
import binascii
import itertools
import os
from collections.abc import Collection, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from provisioning.spec import Secret

KEY_BYTES = 32
NONCE_BYTES = 12


class VaultError(Exception):
    """A key that is missing or wrong, or something sealed that does not open."""


class Vault:
    """Seals under the newest key and opens under any known one. `context` binds a seal to its place."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take keys by id, the newest last. Raises `VaultError` for none, or one that is not 32 bytes."""
        if not keys:
            raise VaultError("no key is given")
        for key_id, key in keys.items():
            if len(key) != KEY_BYTES:
                raise VaultError(f"key {key_id} is not {KEY_BYTES} bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.key_id = list(keys)[-1]

    def seal(self, secret: Secret, context: str) -> bytes:
        """Return nonce and ciphertext under the newest key."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[self.key_id].encrypt(nonce, secret.reveal().encode(), context.encode())

    def open(self, key_id: str, sealed: bytes, context: str) -> Secret:
        """Return what was sealed. Raises `VaultError` for an unknown key, or a seal that was moved or changed."""
        try:
            cipher = self._ciphers[key_id]
            return Secret(cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()).decode())
        except KeyError:
            raise VaultError(f"key {key_id} is not known") from None
        except InvalidTag:
            raise VaultError("the seal does not open") from None


def credential_context(hosting_id: int, kind: str) -> str:
    """Return what binds a sealed password to its place."""
    return f"hosting:{hosting_id}:{kind}"


def setting_context(key: str) -> str:
    """Return what binds a sealed setting to its place."""
    return f"setting:{key}"


def read_keys(text: str) -> dict[str, bytes]:
    """Read `id:base64[,id:base64…]`, the newest last. Raises `VaultError` with the reason, never the key."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, separator, encoded = part.partition(":")
        if not separator or not key_id.isalnum() or len(key_id) > 20:
            raise VaultError("a key must be written as id:base64")
        if key_id in keys:
            raise VaultError(f"key {key_id} is there twice")
        try:
            keys[key_id] = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise VaultError(f"key {key_id} is not base64") from None
    Vault(keys)
    return keys


def new_key(known: Collection[str] = ()) -> str:
    """Return a fresh key as it is written in the environment, under the first of k1, k2, … that is not `known`."""
    key_id = next(name for number in itertools.count(1) if (name := f"k{number}") not in known)
    return f"{key_id}:" + base64.b64encode(os.urandom(KEY_BYTES)).decode()
