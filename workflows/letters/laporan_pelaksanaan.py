"""Laporan pelaksanaan (SOP step 9): tells the head who did each step, when, and how long against the standard."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar

from workflows import words
from workflows.letters.configuration import Configuration
from workflows.letters.encoding import fields_of
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Letter, Recipient, Reference


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepRecord:
    """One step of the SOP as it went. `spent` is working time; `standard` the SOP's own words ("2 hari").

    A step not done yet has no `finished`, `spent` or `on_time`.
    """

    number: int
    activity: str
    actor: str
    standard: str
    started: dt.datetime | None = None
    finished: dt.datetime | None = None
    spent: dt.timedelta | None = None
    on_time: bool | None = None
    result: str = ""

    def facts(self) -> dict[str, object]:
        """Give the template the time in working days, as the standard beside it is."""
        return fields_of(self) | {"spent": None if self.spent is None else words.working_duration(self.spent)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class LaporanPelaksanaan(Letter):
    """`case_number` is the bot's own, `service` the SOP's title; a case without a hosting has no `configuration`.

    `notes` are what happened out of the ordinary (a failed and repeated job).
    """

    template: ClassVar[str] = "laporan_pelaksanaan"

    recipient: Recipient
    request: Reference
    case_number: str
    sop: str
    service: str
    steps: tuple[StepRecord, ...]
    configuration: Configuration | None
    notes: tuple[str, ...] = ()

    @property
    def hal(self) -> str:
        """Its heading."""
        said = fixed_words(self.template)
        return f"{said['hal']} {self.service if self.configuration is None else said['hosting']}"

    def facts(self) -> dict[str, object]:
        """Give the template the counts that its conclusion speaks of."""
        done = [step for step in self.steps if step.finished is not None]
        late = [step.number for step in done if step.on_time is False]
        return fields_of(self) | {"done": len(done), "late": late}
