"""Every stream of a PDF, found by its bytes: also those that no table of the file names.

A viewer that mends a broken file reads it so, and may find another document in it than its table of contents shows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from workflows.uploads.refusal import Refusal, UploadRefused

UNFOLDED_MAX = 400 * 1024 * 1024  # bytes of all streams together: 100 pages scanned in grey at 200 dpi
BLOCK = 1024 * 1024
BEGIN = re.compile(rb"stream\r?\n")
# Long names only: they do not come about by chance in compressed data. "#4a" may stand for "J" (ISO 32000-1, 7.3.5).
_NAMES = (b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"SubmitForm", b"ImportData", b"Rendition")
_LETTERS = {code: b"(?:%c|#%02x|#%02X)" % (code, code, code) for code in range(0x41, 0x7B)}
_SPELLED = b"|".join(b"".join(_LETTERS[code] for code in name) for name in _NAMES)
ACTIVE = re.compile(rb"/(?:%s)(?=[\0\s()<>\[\]{}/%%])" % _SPELLED)
OVERLAP = 64  # bytes: a name may lie across two blocks


def check(content: bytes) -> None:
    """Raise `UploadRefused` for active content anywhere, and for streams that unfold to more than `UNFOLDED_MAX`."""
    if ACTIVE.search(content):
        raise UploadRefused(Refusal.ACTIVE_CONTENT)
    left = UNFOLDED_MAX
    for begin in BEGIN.finditer(content):
        seam = b""
        for block in _unfolded(content, begin.end()):
            left -= len(block)
            if left < 0:
                raise UploadRefused(Refusal.TOO_COMPLEX)
            if ACTIVE.search(seam + block):
                raise UploadRefused(Refusal.ACTIVE_CONTENT)
            seam = block[-OVERLAP:]


def _unfolded(content: bytes, place: int) -> Iterator[bytes]:
    """Yield what a stream unfolds to, block by block; nothing for one that is not compressed by deflate."""
    unfolding = zlib.decompressobj()
    waiting = content[place : place + BLOCK]
    place += BLOCK
    try:
        while waiting and not unfolding.eof:
            yield unfolding.decompress(waiting, BLOCK)
            waiting = unfolding.unconsumed_tail
            if not waiting:
                waiting, place = content[place : place + BLOCK], place + BLOCK
    except zlib.error:
        return
