"""Lembar disposisi (SOP steps 2 and 3): the sheet on which the head's instructions to the office are ticked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import ClassVar

from workflows import words
from workflows.letters.encoding import fields_of
from workflows.letters.form import Letter


class Instruction(enum.StrEnum):
    """What the head may ask for under "Dengan hormat harap"; the words are in the template."""

    RESPOND = "respond"
    PROCESS = "process"
    COORDINATE = "coordinate"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Forward:
    """One line under "Diteruskan kepada Sdr."."""

    office: str
    ticked: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Further:
    """One who passed the letter on (disposisi lanjutan), to whom and with what; `initials` are the paraf."""

    by: str
    to: tuple[str, ...]
    instructions: tuple[str, ...]
    initials: str
    on: dt.date
    note: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LembarDisposisi(Letter):
    """Before disposition `disposed_on` is None: nothing below the incoming letter's data is filled then.

    `number` is the agenda number, `date` when the letter was received, `letter_*` are those of the incoming letter.
    """

    template: ClassVar[str] = "lembar_disposisi"

    sender: str
    letter_number: str
    letter_date: dt.date
    subject: str
    classification: str = ""
    forwards: tuple[Forward, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    note: str = ""
    disposed_on: dt.date | None = None
    further: tuple[Further, ...] = ()

    @property
    def hal(self) -> str:
        """That of the incoming letter."""
        return self.subject

    def __post_init__(self) -> None:
        """Raise `ValueError` for instructions on a sheet that nobody has signed."""
        super().__post_init__()
        filled = bool(self.instructions or self.note or any(line.ticked for line in self.forwards))
        if self.disposed_on is None and filled:
            raise ValueError("a sheet before disposition carries no instructions")

    def facts(self) -> dict[str, object]:
        """Give the template the head's paraf; on paper it stands by hand."""
        by_button = self.disposed_on is not None and not self.signed_on_paper
        return fields_of(self) | {"initials": words.initials(self.signer.name) if by_button else ""}
