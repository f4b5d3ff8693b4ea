"""One label of a host name, as RFC 1035 (with RFC 1123's leading digits) and RFC 5890 allow it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from workflows.engine.fields.faults import Fault, FieldError

LABEL_LENGTH = 63  # octets, RFC 1035 section 2.3.4


def parse_subdomain(raw: str, *, reserved: AbstractSet[str], limit: int = LABEL_LENGTH) -> str:
    """Return the label in lower case. Raises `FieldError`; whether somebody has it already is not known here."""
    label = raw.strip().lower()
    limit = min(limit, LABEL_LENGTH)
    if not label:
        raise FieldError(Fault.EMPTY)
    if "." in label:
        raise FieldError(Fault.LABEL_DOT)
    if strange := next((char for char in label if not char.isascii()), ""):
        raise FieldError(Fault.LABEL_UNICODE, char=strange if strange.isprintable() else f"U+{ord(strange):04X}")
    if len(label) > limit:
        raise FieldError(Fault.LABEL_LONG, limit=limit, count=len(label))
    if bad := re.search(r"[^a-z0-9-]", label):
        raise FieldError(Fault.LABEL_CHARACTER, char=bad[0] if bad[0].isprintable() else f"U+{ord(bad[0]):04X}")
    if label.startswith("-") or label.endswith("-"):
        raise FieldError(Fault.LABEL_HYPHEN)
    if label[2:4] == "--":  # RFC 5890 2.3.1: kept for encoded names such as xn--
        raise FieldError(Fault.LABEL_PUNYCODE)
    if label in reserved:
        raise FieldError(Fault.LABEL_RESERVED, name=label)
    return label
