"""A letter whose words an SOP's description gives: paragraphs, answers of the case, paragraphs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar

from workflows.letters.form import Letter, Recipient, Reference

Value = str | bool | dt.date | tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer as the letter lists it; several things (reasons, people) are a tuple."""

    label: str
    value: Value


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuratUraian(Letter):
    """`layout` is its file in templates/letters, without .typ. Without `recipient` it is a record, not a letter."""

    template: ClassVar[str] = "surat_uraian"

    layout: str
    title: str
    subject: str
    case_number: str
    recipient: Recipient | None = None
    request: Reference | None = None
    opening: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def hal(self) -> str:
        """Its Hal; of a record its heading."""
        return self.subject if self.recipient else f"{self.title} {self.subject}"

    @property
    def drawn_by(self) -> str:
        """The template that the description names."""
        return self.layout
