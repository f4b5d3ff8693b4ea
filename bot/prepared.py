"""What was made ready for an update before its transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from provisioning.domain_proof import DomainLook
from provisioning.plan import CertificateReport
from workflows.hosting.drift_check import DriftCheck


@dataclasses.dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was made ready: an accepted document, a file to check, one more page of a letter, a preview, or why not."""

    document: Mapping[str, Any] | None = None
    secret: str | None = dataclasses.field(default=None, repr=False)  # what was typed under a veil
    checked: str | None = None  # SHA-256 of a PDF that was sent to be checked, and is not kept
    page: str | None = None  # SHA-256 of a photo that is kept
    fault: tuple[str, Mapping[str, Any]] | None = None  # a text and its parameters
    preview: Mapping[str, Any] | None = None
    picture: Mapping[str, Any] | None = None  # a PNG that is kept
    plan: Mapping[str, Any] | None = None  # changes (mark, part, key) and notes
    log: str | None = None  # lines of a site's log
    look: DriftCheck | None = None  # at a hosting, just now
    domain: DomainLook | None = None  # at a domain of an OPD's own, just now
    certificates: CertificateReport | None = None  # of its server
    inspected: Mapping[str, Any] | None = None  # what was seen of a site, by the checklist's items


NOTHING = Prepared()
