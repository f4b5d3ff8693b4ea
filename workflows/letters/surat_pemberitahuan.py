"""Surat Pemberitahuan (SOP step 7): tells the OPD that its hosting stands, with data and configuration attached."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from workflows.letters.configuration import Configuration
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Letter, Person, Recipient, Reference


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuratPemberitahuan(Letter):
    """Passwords are never in it: the letter says how the named persons receive them, by the bot or in an envelope."""

    template: ClassVar[str] = "surat_pemberitahuan"

    recipient: Recipient
    request: Reference
    configuration: Configuration
    team: tuple[Person, ...] = ()
    in_envelope: bool = False

    @property
    def hal(self) -> str:
        """As its words say."""
        return str(fixed_words(self.template)["hal"])

    @property
    def attachments(self) -> str:
        """Data and configuration."""
        return str(fixed_words(self.template)["lampiran"])
