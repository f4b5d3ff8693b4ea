"""What a PDF must be to be kept as a letter: readable by anyone, of a sane length, and doing nothing when opened."""

from __future__ import annotations

import io

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from workflows import words
from workflows.uploads.refusal import Refusal, UploadRefused

PAGES_MAX = 100
OBJECTS_MAX = 500_000
TAIL = 4096  # bytes within which ISO 32000-1, 7.5.5 readers look for the end marker
ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
)
ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"})


def inspect(content: bytes) -> int:
    """Return the number of pages. Raises `UploadRefused`; run it where time and memory are bounded."""
    if b"%%EOF" not in content[-TAIL:]:
        raise UploadRefused(Refusal.BROKEN_PDF)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UploadRefused(Refusal.ENCRYPTED)
        pages = len(reader.pages)
        if pages == 0:
            raise UploadRefused(Refusal.NO_PAGES)
        if pages > PAGES_MAX:
            raise UploadRefused(Refusal.TOO_MANY_PAGES, pages=words.number(pages), limit=words.number(PAGES_MAX))
        _check_pages(reader)
        _check_objects(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # pypdf raises its own errors and, from the depth of a broken file, any of Python's.
        raise UploadRefused(Refusal.BROKEN_PDF) from error
    return pages


def _check_pages(reader: pypdf.PdfReader) -> None:
    for page in reader.pages:
        if not (page.mediabox.width > 0 and page.mediabox.height > 0):
            raise UploadRefused(Refusal.BROKEN_PDF)


def _check_objects(reader: pypdf.PdfReader) -> None:
    """Look at every object reachable from the trailer, without recursion."""
    waiting: list[PdfObject] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    for _step in range(OBJECTS_MAX):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) not in seen:
                seen.add((value.idnum, value.generation))
                found = value.get_object()
                if found is not None:
                    waiting.append(found)
        elif isinstance(value, DictionaryObject):
            _check_dictionary(value)
            waiting.extend(value.raw_get(key) for key in value)
        elif isinstance(value, ArrayObject):
            waiting.extend(list.__iter__(value))
    raise UploadRefused(Refusal.TOO_COMPLEX)


def _check_dictionary(dictionary: DictionaryObject) -> None:
    action = dictionary.raw_get("/S") if "/S" in dictionary else None
    if ACTIVE_KEYS.intersection(dictionary) or (isinstance(action, NameObject) and action in ACTIVE_ACTIONS):
        raise UploadRefused(Refusal.ACTIVE_CONTENT)
