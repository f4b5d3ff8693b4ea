"""Berita acara uji kelaikan keamanan: what was tested of a hosting, how it stands, what must be done."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar

from workflows.letters.form import Letter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tested:
    """One item. `result` in words; `remedy` where it lacks; `seen_by` the machine or a person's name."""

    function: str
    question: str
    result: str
    seen_by: str
    lacking: bool = False
    required: bool = True
    remedy: str = ""
    origin: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BeritaAcaraKelaikan(Letter):
    """`verdict` and `occasion` in words; `items` in the order of the checklist, `basis` the rule it follows."""

    template: ClassVar[str] = "berita_acara_kelaikan"

    address: str
    server: str
    opd: str
    basis: str
    occasion: str
    verdict: str
    conclusion: str
    seen_at: dt.datetime | None
    items: tuple[Tested, ...]
