"""What a file is, told from its first bytes, and how many pixels an image will unfold to. Decodes nothing."""

from __future__ import annotations

import enum
import struct


class FileKind(enum.Enum):
    """The kinds that are treated apart."""

    PDF = enum.auto()
    JPEG = enum.auto()
    PNG = enum.auto()
    HEIC = enum.auto()
    OFFICE = enum.auto()
    PROGRAM = enum.auto()
    UNKNOWN = enum.auto()


PHOTOS = {FileKind.JPEG: "jpg", FileKind.PNG: "png"}
SIGNATURES = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"MZ", FileKind.PROGRAM),
    (b"\x7fELF", FileKind.PROGRAM),
    (b"#!", FileKind.PROGRAM),
    (b"\xca\xfe\xba\xbe", FileKind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", FileKind.PROGRAM),
    (b"PK\x03\x04", FileKind.OFFICE),  # .docx, .odt, and any other ZIP
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OFFICE),  # .doc
    (b"{\\rtf", FileKind.OFFICE),
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
# ITU-T T.81 table B.1: the start-of-frame markers, which carry the size.
JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
JPEG_END = b"\xff\xd9"
JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def kind_of(content: bytes) -> FileKind:
    """Tell a file's kind; white space and a byte-order mark before `%PDF-` are forgiven, as readers do."""
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return FileKind.PDF
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return FileKind.HEIC
    return FileKind.UNKNOWN


def pixels(content: bytes, kind: FileKind) -> tuple[int, int] | None:
    """Return (width, height) as the file's header claims, or None when it has no readable header or no end."""
    if kind is FileKind.PNG:
        return _png_pixels(content)
    if kind is FileKind.JPEG:
        return _jpeg_pixels(content)
    return None


def _png_pixels(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return (width, height) if width and height else None


def _jpeg_pixels(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in JPEG_ALONE:
            place += 1 if marker == 0xFF else 2
        elif marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            whole = JPEG_END in content[place:]  # cannot occur earlier: entropy-coded data stuffs every FF
            return (width, height) if width and height and whole else None
        else:
            place += 2 + struct.unpack_from(">H", content, place + 2)[0]
    return None
