"""Locking a backup by age (age-encryption.org/v1, X25519): the machine holds what locks, and cannot unlock.

age proves each part and the end of a file, so that one which was cut or changed does not open. The file is readable
with any other age, too: `age -d -i identity.txt backup.age | tar -x`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pyrage


class LockError(Exception):
    """A key that is none, or a file that does not open; the message is a sentence without its full stop."""


def new_identity() -> tuple[str, str]:
    """Return a fresh identity (it unlocks, and is kept apart) and its recipient (it locks)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def check_recipients(recipients: Sequence[str]) -> None:
    """Raise `LockError` where one is none."""
    _recipients(recipients)


def lock(content: BinaryIO, to: BinaryIO, recipients: Sequence[str]) -> None:
    """Write all that `content` gives, locked for each of the recipients. Raises `LockError`, `OSError`."""
    try:
        pyrage.encrypt_io(content, to, _recipients(recipients))
    except pyrage.EncryptError as error:
        raise OSError(str(error)) from error


def unlock(locked: BinaryIO, to: BinaryIO, identity_text: str) -> None:
    """Write what is locked, opened by an identity file's text. Raises `LockError`, `OSError`.

    What was written before it raises is not to be used.
    """
    identities = _identities(identity_text)
    try:
        pyrage.decrypt_io(locked, to, identities)
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            raise LockError("it is not locked for this identity, or its head was changed") from None
        raise LockError("it is no backup, or its head was cut off or changed") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise LockError("it was cut off or changed") from None


def _recipients(recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    try:
        return [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    except pyrage.RecipientError:
        raise LockError("a recipient is written age1…") from None


def _identities(text: str) -> list[pyrage.x25519.Identity]:
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        raise LockError("an identity is written AGE-SECRET-KEY-1…") from None
    if not found:
        raise LockError("there is no identity in it")
    return found
