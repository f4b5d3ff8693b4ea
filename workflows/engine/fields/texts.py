"""Free text: kept as data, whatever markup it looks like; only what cannot be seen is dealt with here."""

from __future__ import annotations

import unicodedata

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.questions import FieldLimits

_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x2060, 0xFEFF))  # come along when pasting; nobody can delete them
_EMOJI_JOINERS = {"\u200d"}
_NEVER = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(raw: str, limits: FieldLimits, *, lines: bool = False) -> str:
    """Return `raw` in NFC, trimmed, on one line unless `lines`.

    Refuses control characters and marks that turn the reading direction (Unicode TR36: they make text read as
    something else); lengths are counted in characters. Raises `FieldError`.
    """
    text = unicodedata.normalize("NFC", raw).translate(_INVISIBLE).replace("\r\n", "\n").replace("\t", " ")
    for char in text:
        if char != "\n" and char not in _EMOJI_JOINERS and unicodedata.category(char) in _NEVER:
            raise FieldError(Fault.HIDDEN_CHARACTER, mark=f"U+{ord(char):04X}")
    rows = [" ".join(row.split()) for row in text.split("\n")]
    text = "\n".join(rows).strip() if lines else " ".join(" ".join(rows).split())
    if not text:
        raise FieldError(Fault.EMPTY)
    if len(text) > limits.max_length:
        raise FieldError(Fault.TOO_LONG, limit=limits.max_length, count=len(text))
    if len(text) < limits.min_length:
        raise FieldError(Fault.TOO_SHORT, limit=limits.min_length, count=len(text))
    return text
