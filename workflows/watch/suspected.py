"""What is suspected of a page or a file, in one shape that can be compared. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from provisioning.agent import malware_traits as of_files
from provisioning.pages import rules as of_pages
from provisioning.pages.rules import Views
from provisioning.plan import digest
from provisioning.scan_report import Suspect, Trait

PAGE, FILE = "page", "file"
SUBJECT_MAX = 600
CLAMAV_KNOWS = "dikenal_clamav"
CLAMAV_WEIGHS = 100


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suspected:
    """A page (by its address) or a file (by its path) that an alarm is raised for."""

    kind: str
    subject: str
    traits: tuple[Trait, ...]
    facts: Mapping[str, Any]

    @property
    def score(self) -> int:
        """The sum of what speaks against it."""
        return sum(trait.weight for trait in self.traits)

    @property
    def fingerprint(self) -> str:
        """Return the name of exactly this: a file by its content, a page by the kinds of what was found on it.

        Words on a page may change with each visit; who takes over a page that was set aside once brings other kinds.
        """
        if self.kind == FILE:
            return digest([self.kind, self.subject, self.facts["sha256"]])
        return digest([self.kind, self.subject, sorted(trait.id for trait in self.traits)])

    def trait_data(self) -> list[dict[str, Any]]:
        """Return the traits as they are kept."""
        return [dataclasses.asdict(trait) for trait in self.traits]


def of_page(views: Views) -> Suspected | None:
    """Return what is suspected of an address, None where that is not enough for an alarm."""
    traits = of_pages.judge(views)
    if of_pages.score(traits) < of_pages.rules().alarm:
        return None
    facts = {"status": views.most.status, "sent_to": views.most.location[:300]}
    return Suspected(kind=PAGE, subject=views.url[:SUBJECT_MAX], traits=traits, facts=facts)


def of_file(suspect: Suspect) -> Suspected | None:
    """Return what is suspected of a file, None where that is not enough for an alarm, and ClamAV does not know it."""
    traits = suspect.traits
    if suspect.opinion is not None:
        traits = (Trait(id=CLAMAV_KNOWS, weight=CLAMAV_WEIGHS, excerpt=suspect.opinion), *traits)
    changed = dt.datetime.fromtimestamp(max(suspect.changed, 0), dt.UTC).isoformat()
    facts = {"sha256": suspect.sha256, "size": suspect.size, "changed": changed}
    found = Suspected(kind=FILE, subject=suspect.path[:SUBJECT_MAX], traits=traits, facts=facts)
    return found if found.score >= of_files.rules().alarm else None
