"""Compares a password with what the server keeps, without ever writing it down."""

from __future__ import annotations

import ctypes
import hashlib
import hmac

from provisioning.spec import Secret

LIBCRYPT = "libcrypt.so.1"  # part of every Debian with PAM; Python 3.13 no longer has a module for it


def matches_shadow(password: Secret, field: str) -> bool:
    """Return whether `password` gives the crypt(5) hash `field` (yescrypt and the others)."""
    library = ctypes.CDLL(LIBCRYPT)
    library.crypt.restype = ctypes.c_char_p
    library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    made: bytes | None = library.crypt(password.reveal().encode(), field.encode())
    return made is not None and hmac.compare_digest(made, field.encode())


def mariadb_hash(password: Secret) -> str:
    """Return MariaDB's `mysql_native_password` hash, so that the password itself never reaches a statement."""
    inner = hashlib.sha1(password.reveal().encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(inner, usedforsecurity=False).hexdigest().upper()
