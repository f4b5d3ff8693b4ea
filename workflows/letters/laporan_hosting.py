"""Laporan data dan penggunaan hosting (SOP step 8): the acceptance report handed to the OPD."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar

from workflows.letters.configuration import Configuration, Usage
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Letter, Person, Recipient, Reference


@dataclasses.dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at from outside, in words the OPD understands, and what was seen."""

    name: str
    passed: bool
    detail: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LaporanHosting(Letter):
    """`checks` are what the verification found at `checked_at`; `usage` is the state at hand-over.

    Passwords are never in it: it says how they are handed over, by the bot or `in_envelope`.
    """

    template: ClassVar[str] = "laporan_hosting"

    recipient: Recipient
    request: Reference
    configuration: Configuration
    checks: tuple[Check, ...]
    checked_at: dt.datetime
    usage: Usage
    team: tuple[Person, ...] = ()
    in_envelope: bool = False

    @property
    def hal(self) -> str:
        """Its heading."""
        return f"{fixed_words(self.template)['hal']} {self.configuration.application}"
