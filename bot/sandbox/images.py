"""Width and height of the pictures Telegram takes as photos, read from their headers."""

from __future__ import annotations

import struct

from bot.sandbox.errors import bad_request

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SIDES_MAX = 10_000  # width + height (Bot API, sendPhoto)
_RATIO_MAX = 20


def image_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of a PNG or JPEG. Raises `ApiError` 400 for anything Telegram refuses as a photo."""
    size = _png(data) or _jpeg(data)
    if size is None or min(size) == 0:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > _SIDES_MAX or max(size) / min(size) > _RATIO_MAX:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def _png(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(_PNG) or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
