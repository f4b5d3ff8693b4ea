"""Files as people send them, made here byte by byte; the JPEG is 30 by 20 pixels."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71"
    "////m8H////6/+b9//j/wAALCAAUAB4BAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAAQB/8QAHhAAAQQDAAMAAAAAAAAAAAAAAAEC"
    "AwQFERIhMUH/2gAIAQEAAD8A2/PkWXJG12yLEmudR7T0n3RZjJLMldy2kcj+1ROm8+NIWAAAAA//2Q=="
)


def turned(quarter: int, said: bytes = b"") -> bytes:
    """The JPEG with an EXIF orientation (TIFF tag 0x0112), as a phone held upright writes it, and what it says more."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, quarter, 0)
    exif = b"Exif\0\0" + b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4) + said
    return with_segment(0xE1, exif)


def with_segment(marker: int, body: bytes) -> bytes:
    """The JPEG with one more segment at its beginning."""
    return JPEG[:2] + b"\xff%c" % marker + struct.pack(">H", len(body) + 2) + body + JPEG[2:]


def png(width: int, height: int, *, claimed: tuple[int, int] | None = None, colour: bool = False) -> bytes:
    """A grey image, or one of four channels; `claimed` puts another size into its header than its data has."""
    header = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 6 if colour else 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width * (4 if colour else 1)) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def letter(pages: int = 1) -> pypdf.PdfWriter:
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    return writer


def pdf(writer: pypdf.PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def locked(user_password: str) -> bytes:
    writer = letter()
    writer.encrypt(user_password=user_password, owner_password="pemilik", algorithm="AES-256")
    return pdf(writer)


def with_attachment() -> bytes:
    writer = letter()
    writer.add_attachment("gaji.exe", b"MZ")
    return pdf(writer)


def with_page_action(action: str) -> bytes:
    """A page that does something when it is opened."""
    writer = letter()
    does = DictionaryObject({NameObject("/S"): NameObject(action), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(does)})
    return pdf(writer)


def endless_pages() -> bytes:
    """A page tree that contains itself."""
    writer = letter()
    tree = writer.root_object["/Pages"].get_object()
    assert isinstance(tree, DictionaryObject)
    kids = tree["/Kids"]
    assert isinstance(kids, ArrayObject)
    kids.append(writer.root_object.raw_get("/Pages"))
    return pdf(writer)


def written(catalogue: bytes = b"", page: bytes = b"", **more: bytes) -> bytes:
    """A letter of one page written by hand: what stands in its catalogue, on its page, and objects o4, o5, …"""
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] " + page + b" >>",
        **{int(name[1:]): body for name, body in more.items()},
    }
    out, places = io.BytesIO(), {}
    out.write(b"%PDF-1.7\n")
    for number, body in bodies.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start, size = out.tell(), max(bodies) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    out.writelines(b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(1, size))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def stream(entries: bytes, body: bytes) -> bytes:
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(body) + body + b"\nendstream"


def nothing_folded(megabytes: int) -> bytes:
    """So many megabytes of zeros, by deflate."""
    folding = zlib.compressobj(9)
    return b"".join(folding.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + folding.flush()
