"""Surat Balasan (SOP step 5): the head's answer to the request, approval or refusal with reasons."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from provisioning.spec import Kind
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Letter, Recipient, Reference


@dataclasses.dataclass(frozen=True, kw_only=True)
class Grant:
    """What an approval allots; `address` is the full host name, `working_days` what the SOP gives the making of it.

    `ip` are the addresses of its own, where it gets some.
    """

    application: str
    address: str
    kind: Kind
    php_version: str | None
    database: bool
    package: str
    ip: tuple[str, ...] = ()
    working_days: int | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuratBalasan(Letter):
    """An approval has a `grant`, a refusal has `reasons`; never both, never neither."""

    template: ClassVar[str] = "surat_balasan"

    recipient: Recipient
    request: Reference
    grant: Grant | None = None
    reasons: tuple[str, ...] = ()

    @property
    def hal(self) -> str:
        """As its words say."""
        return str(fixed_words(self.template)["hal_disetujui" if self.grant else "hal_ditolak"])

    def __post_init__(self) -> None:
        """Raise `ValueError` unless this is either an approval or a refusal with reasons."""
        super().__post_init__()
        if (self.grant is None) != bool(self.reasons):
            raise ValueError("an answer either grants, or refuses with reasons")
