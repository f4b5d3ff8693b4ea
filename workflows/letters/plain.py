"""What people write, made safe to print: the one place where characters that print nothing or mislead are taken out.

Markup needs no care here: templates place text as text, never as Typst source.
"""

from __future__ import annotations

import re
import unicodedata

COMBINING_MAX = 2  # no script printed here stacks more marks on one letter
REPLACEMENT = "\u25a1"  # □ says that something stood here which cannot be printed

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n[ \t]*(?:\n[ \t]*)+")


def clean(text: str) -> str:
    """Return `text` without control, direction-changing, invisible and unassigned characters, in NFC.

    Line ends become a line feed (more than one blank line becomes one), tabs a space, private-use characters □, and
    more than two combining marks on a letter are cut.
    """
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", lines):
        category = unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > COMBINING_MAX:
            continue
        if category == "Co":
            kept.append(REPLACEMENT)
        elif char == "\n" or category not in {"Cc", "Cf", "Cs", "Cn"}:
            kept.append(char)
    composed = unicodedata.normalize("NFC", "".join(kept))  # again: what is gone may have kept two marks apart
    return _BLANK_LINES.sub("\n\n", composed).strip()


def one_line(text: str) -> str:
    """Return `clean(text)` with every run of white space made one space: for names, numbers and subjects."""
    return " ".join(clean(text).split())
