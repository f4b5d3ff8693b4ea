"""A zip file that is signed as a whole, so that no byte of it can change unseen; any unpacker opens it.

Key and signature stand in the archive's comment, which ends the file:

    layanan-bundle 1 <public key> <Ed25519 signature of CONTEXT and the SHA-256 of all bytes before the signature>

Both are hexadecimal.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from workflows.record.signing import OfficeKey, genuine

CONTEXT = b"layanan-bundle 1\n"
COMMENT = re.compile(rb"layanan-bundle 1 ([0-9a-f]{64}) ([0-9a-f]{128})")
COMMENT_BYTES = len(b"layanan-bundle 1 ") + 64 + 1 + 128
SIGNATURE_BYTES = 128
NO_DATE = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, ValueError, RuntimeError,
)  # fmt: skip
"""What reading a damaged archive may raise."""


@dataclasses.dataclass(frozen=True)
class Seal:
    """Who signed an archive, and whether every byte is as it was signed."""

    public: bytes
    holds: bool


def write(path: Path, entries: Iterable[tuple[str, bytes]], key: OfficeKey) -> str:
    """Write an archive of (name, content), for its owner alone, durably, and return its SHA-256.

    Raises `FileExistsError`, `OSError`.
    """
    if path.exists():
        raise FileExistsError(path)
    partial = path.with_name(f"{path.name}.partial")
    try:
        sha256 = _write(partial, entries, key)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return sha256


def _write(path: Path, entries: Iterable[tuple[str, bytes]], key: OfficeKey) -> str:
    head = f"layanan-bundle 1 {key.public.hex()} ".encode()
    with path.open("w+b") as file:
        os.fchmod(file.fileno(), 0o600)  # personal data: whoever exports it says who else may read it
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = head + b"0" * SIGNATURE_BYTES
            for name, content in entries:
                info = zipfile.ZipInfo(name, NO_DATE)
                info.external_attr = 0o644 << 16
                archive.writestr(info, content, zipfile.ZIP_DEFLATED)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        hashed = _hash(file, size - SIGNATURE_BYTES)
        signature = key.sign(CONTEXT + hashed.digest()).hex().encode()
        file.seek(size - SIGNATURE_BYTES)
        file.write(signature)
        file.flush()
        os.fsync(file.fileno())
    hashed.update(signature)
    return hashed.hexdigest()


def seal_of(path: Path) -> Seal | None:
    """Return an archive's seal, or None where there is none. Raises `OSError`."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - COMMENT_BYTES))
        found = COMMENT.fullmatch(file.read())
        if found is None:
            return None
        file.seek(0)
        digest = _hash(file, size - SIGNATURE_BYTES).digest()
    public = bytes.fromhex(found[1].decode())
    return Seal(public, genuine(public, CONTEXT + digest, bytes.fromhex(found[2].decode())))


def _hash(file: BinaryIO, count: int) -> hashlib._Hash:
    """Hash the next `count` bytes."""
    hashed = hashlib.sha256()
    while count > 0 and (chunk := file.read(min(CHUNK, count))):
        hashed.update(chunk)
        count -= len(chunk)
    return hashed
