"""What a PDF must be to be kept as a letter: readable by anyone, of a sane length, and doing nothing when opened.

It is kept as it was sent, so that an electronic signature in it stays good; what is not harmless is refused whole.
"""

from __future__ import annotations

import io

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from workflows import words
from workflows.uploads import pdf_streams
from workflows.uploads.refusal import Refusal, UploadRefused

PAGES_MAX = 100
OBJECTS_MAX = 500_000
DEPTH_MAX = 100  # of values within values; a viewer on a phone takes them by recursion
PIXELS_MAX = 150_000_000  # of one picture: more than A3 at 1000 dpi
TAIL = 4096  # bytes within which ISO 32000-1, 7.5.5 readers look for the end marker
# ISO 32000-1: 7.11 (files inside and outside), 12.6 (actions), 12.7.8 (XFA), 13 (multimedia and 3D)
ACTIVE_KEYS = frozenset(
    {
        "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings",
        "/3DD", "/OnInstantiate", "/FFilter", "/FDecodeParms",
    }
)  # fmt: skip
ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/RichMediaExecute",
        "/Rendition", "/Movie", "/Sound", "/GoTo3DView",
    }
)  # fmt: skip
COMPRESSING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW"})
BY_ITSELF = ("/OpenAction", "/AA")  # what a viewer does without being asked


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
    pdf_streams.check(content)
    return pages


def _check_pages(reader: pypdf.PdfReader) -> None:
    for page in reader.pages:
        if not (page.mediabox.width > 0 and page.mediabox.height > 0):
            raise UploadRefused(Refusal.BROKEN_PDF)


def _check_objects(reader: pypdf.PdfReader) -> None:
    """Look at every object reachable from the trailer, without recursion."""
    waiting: list[tuple[PdfObject, int]] = [(reader.trailer, 0)]
    seen: set[tuple[int, int]] = set()
    for _step in range(OBJECTS_MAX):
        if not waiting:
            return
        value, depth = waiting.pop()
        if depth > DEPTH_MAX:
            break
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) not in seen:
                seen.add((value.idnum, value.generation))
                found = value.get_object()
                if found is not None:
                    waiting.append((found, 0))
        elif isinstance(value, DictionaryObject):
            _check_dictionary(value)
            waiting.extend((value.raw_get(key), depth + 1) for key in value)
        elif isinstance(value, ArrayObject):
            waiting.extend((one, depth + 1) for one in list.__iter__(value))
    raise UploadRefused(Refusal.TOO_COMPLEX)


def _check_dictionary(dictionary: DictionaryObject) -> None:
    if ACTIVE_KEYS.intersection(dictionary) or _action(dictionary) in ACTIVE_ACTIONS:
        raise UploadRefused(Refusal.ACTIVE_CONTENT)
    if any(_calls_out(dictionary[key]) for key in BY_ITSELF if key in dictionary):
        raise UploadRefused(Refusal.ACTIVE_CONTENT)
    if isinstance(dictionary, StreamObject):
        _check_stream(dictionary)


def _check_stream(stream: StreamObject) -> None:
    """Refuse what lies in another file or at an address, and what grows when it is shown."""
    if "/F" in stream:
        raise UploadRefused(Refusal.ACTIVE_CONTENT)
    filters = stream.get("/Filter")
    folded = sum(one.get_object() in COMPRESSING for one in filters) if isinstance(filters, ArrayObject) else 0
    pixels = int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) if stream.get("/Subtype") == "/Image" else 0
    if folded > 1 or pixels > PIXELS_MAX:
        raise UploadRefused(Refusal.TOO_COMPLEX)


def _calls_out(value: PdfObject | None) -> bool:
    """Whether an action, or one of a table of them, opens an address; as a link that somebody presses, it may."""
    if not isinstance(value, DictionaryObject):
        return False
    each = [value, *(value[key] for key in value)]
    return any(isinstance(one, DictionaryObject) and _action(one) == "/URI" for one in each)


def _action(dictionary: DictionaryObject) -> str:
    action = dictionary.get("/S")
    return str(action) if isinstance(action, NameObject) else ""
