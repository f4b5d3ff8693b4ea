"""An OPD's letter as sent: one PDF, or photos of its pages, made one checked PDF (SOP step 1)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

from workflows import words
from workflows.uploads import bounded
from workflows.uploads.kinds import PHOTOS, FileKind, kind_of, pixels
from workflows.uploads.refusal import Refusal, UploadRefused

BYTES_MAX = 20 * 1024 * 1024  # Telegram's getFile gives no larger file (core.telegram.org/bots/api#getfile)
PHOTOS_MAX = 10  # one album
NAME_MAX = 80  # characters
ENDING = re.compile(r"\.\w{1,5}$")
PIXELS_MAX = 50_000_000  # one photo; today's phones stay below
PIXELS_SUM_MAX = 150_000_000
REFUSED_KINDS = {
    FileKind.PROGRAM: Refusal.PROGRAM,
    FileKind.OFFICE: Refusal.OFFICE_DOCUMENT,
    FileKind.HEIC: Refusal.APPLE_PHOTO,
    FileKind.UNKNOWN: Refusal.UNKNOWN_KIND,
}


@dataclasses.dataclass(frozen=True)
class AcceptedLetter:
    """A PDF fit to keep: as it was sent, or made from `photos` photos as PDF/A."""

    content: bytes = dataclasses.field(repr=False)
    pages: int
    photos: int = 0


def check_size(size: int) -> None:
    """Raise `UploadRefused` for too large a size in bytes, as announced before download or summed over an album."""
    if size > BYTES_MAX:
        raise UploadRefused(Refusal.TOO_LARGE, size=words.size(size), limit=words.size(BYTES_MAX))


def check_pages(photos: int) -> None:
    """Raise `UploadRefused` for more photos than one letter may have, as they come or all together."""
    if photos > PHOTOS_MAX:
        raise UploadRefused(Refusal.TOO_MANY_PHOTOS, photos=words.number(photos), limit=words.number(PHOTOS_MAX))


def file_name(sent: str) -> str:
    """Return the name that a letter is shown by: as it was sent, without what cannot be seen or leads elsewhere."""
    seen = "".join(char for char in sent if unicodedata.category(char)[0] != "C" and char not in '/\\"')
    return f"{ENDING.sub('', seen)[:NAME_MAX].strip(' .') or 'surat'}.pdf"


def accept_letter(files: Sequence[bytes], *, on: dt.date) -> AcceptedLetter:
    """Return the letter in `files`, in their order; `on` dates a PDF made from photos. Raises `UploadRefused`.

    Takes up to `bounded.SECONDS_MAX` seconds and waits for a child process: call it from a thread.
    """
    check_size(sum(len(content) for content in files))
    if not files or any(not content for content in files):
        raise UploadRefused(Refusal.EMPTY)
    kinds = [kind_of(content) for content in files]
    for kind in kinds:
        if kind in REFUSED_KINDS:
            raise UploadRefused(REFUSED_KINDS[kind])
    if FileKind.PDF not in kinds:
        return _from_photos(files, kinds, on)
    if len(files) > 1:
        raise UploadRefused(Refusal.SEVERAL_PDFS if set(kinds) == {FileKind.PDF} else Refusal.MIXED)
    return AcceptedLetter(files[0], pages=bounded.inspect_pdf(files[0]))


def _from_photos(files: Sequence[bytes], kinds: Sequence[FileKind], on: dt.date) -> AcceptedLetter:
    check_pages(len(files))
    left = PIXELS_SUM_MAX
    for place, (content, kind) in enumerate(zip(files, kinds, strict=True), start=1):
        claimed = pixels(content, kind)
        if claimed is None:
            raise UploadRefused(Refusal.BROKEN_PHOTO)
        width, height = claimed
        left -= width * height
        if width * height > PIXELS_MAX or left < 0:
            raise UploadRefused(
                Refusal.TOO_MANY_PIXELS,
                photo=words.number(place),
                width=words.number(width),
                height=words.number(height),
            )
    pdf = bounded.photos_to_pdf([(content, PHOTOS[kind]) for content, kind in zip(files, kinds, strict=True)], on)
    return AcceptedLetter(pdf, pages=len(files), photos=len(files))
