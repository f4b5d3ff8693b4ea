"""Surat permohonan hosting (SOP step 1): the OPD's own request, written from its answers for its head to sign."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from provisioning.spec import Kind
from workflows.letters.form import Letter, Person, Recipient


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuratPermohonan(Letter):
    """`office` is the OPD's letterhead and `signer` its head; `address` the full host name asked for."""

    template: ClassVar[str] = "surat_permohonan"

    recipient: Recipient
    subject: str
    application: str
    purpose: str
    address: str
    kind: Kind
    php_version: str | None
    database: bool
    package: str
    team: tuple[Person, ...]

    @property
    def hal(self) -> str:
        """What the OPD calls it."""
        return self.subject
