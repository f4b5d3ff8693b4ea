"""Compares a password with what the server keeps, without ever writing it down."""

from __future__ import annotations

import ctypes
import hashlib
import hmac

from provisioning.spec import Secret

GENSALT_BYTES, CRYPT_DATA_BYTES = 192, 32_768  # CRYPT_GENSALT_OUTPUT_SIZE and sizeof(struct crypt_data) of crypt.h
YESCRYPT, LEAST_COST = b"$y$", 1
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
    """Return a fresh yescrypt hash (crypt(5)), as /etc/shadow keeps it. Raises `OSError` where libcrypt makes none.

    At the least cost (1 ms and 1 MiB instead of 25 ms and 16): cost is there to make up for passwords that can be
    guessed. Ours are never chosen by people; 116 bits drawn at random are out of reach of guessing at any speed, and
    each login and each look at the hash would pay.
    """
    library = ctypes.CDLL(LIBCRYPT)
    salt = ctypes.create_string_buffer(GENSALT_BYTES)
    library.crypt_gensalt_rn.restype = ctypes.c_char_p
    library.crypt_gensalt_rn.argtypes = (
        ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int
    )  # fmt: skip
    setting = library.crypt_gensalt_rn(YESCRYPT, LEAST_COST, None, 0, salt, GENSALT_BYTES)
    made = setting and _crypt(password, setting)
    if not made or made.startswith(b"*"):
        raise OSError("libcrypt makes no hash")
    return made.decode("ascii")


def mariadb_hash(password: Secret) -> str:
    """Return MariaDB's `mysql_native_password` hash, so that the password itself never reaches a statement."""
    inner = hashlib.sha1(password.reveal().encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(inner, usedforsecurity=False).hexdigest().upper()
