"""A letter of an OPD's head on paper, about a hosting that stands: who has it at hand enters it with its scan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.hosting.orders import OrderedBy
from workflows.store import ledger
from workflows.store.tables import Hosting, Paper
from workflows.store.unit_of_work import UnitOfWork

FORM = "surat_kepala"  # of `templates/forms`
NUMBER, DATE, SCAN = "nomor", "tanggal", "pindaian"  # its questions


@dataclasses.dataclass(frozen=True, kw_only=True)
class LetterOfHead:
    """What was entered: the letter's number, its date (ISO) and the scan as it was uploaded."""

    number: str
    date: str
    scan: Mapping[str, Any]

    @classmethod
    def from_answers(cls, answers: Mapping[str, Any]) -> LetterOfHead:
        """Read the answers to the form."""
        return cls(number=answers[NUMBER], date=answers[DATE], scan=answers[SCAN])


async def keep(work: UnitOfWork, hosting: Hosting, letter: LetterOfHead, *, by: OrderedBy, about: str) -> None:
    """Keep the scan, and note in the record who entered it and what it asks for (`about`, the name of an order)."""
    paper = Paper(
        case_id=hosting.case_id,
        kind=FORM,
        name=letter.scan["name"],
        media_type=letter.scan["media_type"],
        size=letter.scan["size"],
        sha256=letter.scan["sha256"],
        created_at=work.now,
    )
    work.add(paper)
    await work.flush()
    data = {"hosting": hosting.id, "about": about, "number": letter.number, "date": letter.date, "sha256": paper.sha256}
    await ledger.append(
        work,
        "letter.of_head",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=hosting.case_id,
        data=data,
    )
