"""Letters that an OPD might send: sound, locked, too big, or something else under the name of one."""

from __future__ import annotations

import io
import struct
import zlib

import pypdf

MEGABYTE = 1024 * 1024


def a_pdf(title: str, *, password: str | None = None) -> bytes:
    """Return a PDF of one empty page; with `password` it is locked."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_big_pdf(megabytes: int) -> bytes:
    """Return a PDF of about that size."""
    sound = a_pdf("Besar")
    return sound + b"\n%" + b"0" * (megabytes * MEGABYTE - len(sound) - 2)


def a_program() -> bytes:
    """Return the beginning of a Windows program."""
    return b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 400


def a_photo(shade: int) -> bytes:
    """Return a PNG of one grey (0 to 255), large enough for a page."""
    width, height = 600, 850
    rows = (b"\x00" + bytes([shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
