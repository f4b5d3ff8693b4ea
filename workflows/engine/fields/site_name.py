"""A name that a site is to answer to: a label of the city's zone, or a domain of the asker's own, told apart here."""

from __future__ import annotations

import functools
import re
from collections.abc import Set as AbstractSet

import idna
from publicsuffixlist import PublicSuffixList

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.subdomain import LABEL_LENGTH, parse_subdomain

NAME_LENGTH = 200  # RFC 1035 allows 253; the record that proves control is a name below this one
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
ADDRESS = re.compile(r"[0-9.]*\.[0-9.]*|.*:.*|\[.*\]")


def parse_site_name(raw: str, *, zone: str, reserved: AbstractSet[str], limit: int = LABEL_LENGTH) -> str:
    """Return a label of `zone`, or a whole domain of elsewhere in ASCII (an A-label, RFC 5890). Raises `FieldError`.

    A name that was copied from a browser's bar counts without the scheme. Whether somebody has it already, and whether
    the asker controls it, is not known here.
    """
    name = re.sub(r"^https?://", "", raw.strip().lower()).rstrip("/").rstrip(".")
    if ADDRESS.fullmatch(name):
        raise FieldError(Fault.NAME_ADDRESS)
    if "." not in name:
        return parse_subdomain(name, reserved=reserved, limit=limit)
    domain = _in_ascii(name)
    if zone and domain == zone:
        raise FieldError(Fault.NAME_ZONE, zone=zone)
    if zone and domain.endswith(f".{zone}"):
        label = domain.removesuffix(f".{zone}")
        if "." in label:
            raise FieldError(Fault.NAME_DEEP, zone=zone)
        return parse_subdomain(label, reserved=reserved, limit=limit)
    if _suffixes().privatesuffix(domain) is None:  # nobody's: one under which strangers register, or none at all
        raise FieldError(Fault.NAME_SUFFIX, name=domain)
    return domain


def _in_ascii(name: str) -> str:
    """Return a name as DNS has it, look-alikes of our own zone's letters (wide ones, say) made the same first."""
    try:
        domain = idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError):
        raise FieldError(Fault.NAME_FORM) from None
    if len(domain) > NAME_LENGTH or not all(LABEL.fullmatch(label) for label in domain.split(".")):
        raise FieldError(Fault.NAME_FORM)
    return domain


@functools.lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Return the list of suffixes under which names are given away, as the package holds it (no network is asked)."""
    return PublicSuffixList(accept_unknown=False)


def is_custom_domain(answer: str | None) -> bool:
    """Whether an answer is a domain of the asker's own, not a label of the city's zone."""
    return answer is not None and "." in answer
