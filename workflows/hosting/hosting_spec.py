"""From a case's answers to the spec of its hosting. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from provisioning.spec import SLUG_MAX, HostingSpec, Kind, Limits
from workflows.engine.description import Package

PLAIN = re.compile(r"[a-z][a-z0-9]{0,19}(-[a-z0-9]+)*")


def slug(subdomain: str, nth: int) -> str:
    """Return the account name of the `nth`-th hosting of a subdomain: readable, and never given twice."""
    tail = "" if nth == 1 else f"-{nth}"
    if PLAIN.fullmatch(subdomain) and len(subdomain) + len(tail) <= SLUG_MAX:
        return subdomain + tail
    squeezed = re.sub(r"[^a-z0-9]", "", subdomain)
    if not squeezed[:1].isalpha():
        squeezed = "h" + squeezed
    return squeezed[: 20 - len(tail)] + tail


def spec(answers: Mapping[str, Any], package: Package, *, zone: str, account: str, owner: str) -> HostingSpec:
    """Return the wanted hosting of a request (the answers of form `permohonan`) in a package."""
    kind = Kind(answers["jenis"])
    return HostingSpec(
        slug=account,
        domains=(f"{answers['subdomain']}.{zone}",),
        kind=kind,
        php_version=answers["versi_php"] if kind is Kind.PHP else None,
        database=bool(answers["basis_data"]),
        limits=Limits(**package.limits),
        owner=owner[:200],
    )
