"""Compares a password with what the server keeps, without ever writing it down."""

from __future__ import annotations

import ctypes
import hashlib
import hmac

from provisioning.spec import Secret

GENSALT_BYTES, CRYPT_DATA_BYTES = 192, 32_768  # CRYPT_GENSALT_OUTPUT_SIZE and sizeof(struct crypt_data) of crypt.h
LIBCRYPT = "libcrypt.so.1"  # part of every Debian with PAM; Python 3.13 no longer has a module for it


def matches_shadow(password: Secret, field: str) -> bool:
    """Return whether `password` gives the crypt(5) hash `field` (yescrypt and the others)."""
    made = _crypt(password, field.encode())
    return made is not None and hmac.compare_digest(made, field.encode())


def _crypt(password: Secret, setting: bytes) -> bytes | None:
    """Hash in memory of this call alone: several run at once, for several hostings."""
    library = ctypes.CDLL(LIBCRYPT)
    room = ctypes.create_string_buffer(CRYPT_DATA_BYTES)
    library.crypt_r.restype = ctypes.c_char_p
    library.crypt_r.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    made: bytes | None = library.crypt_r(password.reveal().encode(), setting, room)
    return made


def shadow_hash(password: Secret) -> str:
    """Return a fresh crypt(5) hash in the form this system prefers (yescrypt on Debian), as /etc/shadow keeps it.

    Raises `OSError` where libcrypt makes none. It takes some 20 ms of a processor, on purpose.
    """
    library = ctypes.CDLL(LIBCRYPT)
    salt = ctypes.create_string_buffer(GENSALT_BYTES)
    library.crypt_gensalt_rn.restype = ctypes.c_char_p
    library.crypt_gensalt_rn.argtypes = (
        ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int
    )  # fmt: skip
    setting = library.crypt_gensalt_rn(None, 0, None, 0, salt, GENSALT_BYTES)
    made = setting and _crypt(password, setting)
    if not made or made.startswith(b"*"):
        raise OSError("libcrypt makes no hash")
    return made.decode("ascii")


def mariadb_hash(password: Secret) -> str:
    """Return MariaDB's `mysql_native_password` hash, so that the password itself never reaches a statement."""
    inner = hashlib.sha1(password.reveal().encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(inner, usedforsecurity=False).hexdigest().upper()
