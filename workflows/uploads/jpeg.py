"""A JPEG without what its picture does not need: where and by whom it was taken, thumbnails, comments, files behind it.

A PDF takes a JPEG in as it is, so all of that would stand in the letter (UU 27/2022: no more than is needed).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

EXIF, ICC, ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
ORIENTATION = 0x0112  # TIFF 6.0: which side of the picture is up
START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE  # ITU-T T.81, table B.1
APPLICATION = range(0xE0, 0xF0)
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # within a scan, FF00 is data and D0 to D7 restart it


def bare(content: bytes) -> bytes:
    """Return the same picture, the same side up. Raises `ValueError` for what is no whole JPEG."""
    kept, turn = [b"\xff%c" % START], b""
    for marker, body in _segments(content):
        if marker == APPLICATION[1] and body[4:].startswith(EXIF):
            turn = turn or _orientation(body[4 + len(EXIF) :])
        elif _is_needed(marker, body[4:]):
            kept.append(body)
    return b"".join([kept[0], turn, *kept[1:], b"\xff%c" % END])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each segment up to the end of the picture, a scan with its data."""
    place = 2
    while content[place : place + 1] == b"\xff":
        marker = content[place + 1] if place + 1 < len(content) else END
        if marker == 0xFF:  # a filler
            place += 1
            continue
        if marker == END:
            return
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        if marker == SCAN:
            found = NEXT_MARKER.search(content, end)
            end = found.start() if found else len(content)
        yield marker, content[place:end]
        place = end
    raise ValueError("the picture has no end")


def _is_needed(marker: int, said: bytes) -> bool:
    """Whether the picture would be another one without it: of what programs add, its colours."""
    if marker not in APPLICATION:
        return marker != COMMENT
    return marker == APPLICATION[0] or said.startswith((ICC, ADOBE))


def _orientation(tiff: bytes) -> bytes:
    """Return an Exif segment that says which side is up and nothing else; nothing where the picture does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return b""
        (table,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, table)
        for entry in range(count):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, table + 2 + 12 * entry)
            if tag == ORIENTATION:
                one = struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, value, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", 2 + len(EXIF) + 4 + len(one)) + EXIF + b"II*\0" + one
    except struct.error:
        pass
    return b""
