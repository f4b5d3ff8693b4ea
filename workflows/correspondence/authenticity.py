"""What the office says of a letter of its own to whoever asks: does it stand, how was it signed, is this its file."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import enum
from collections.abc import Sequence

from workflows.correspondence.issue import hal_of, title_of
from workflows.office import Office
from workflows.signing.opened import check_signatures
from workflows.signing.port import TO_SIGN, Method, UnreadableError
from workflows.store import cases, people, registers
from workflows.store.tables import Letter
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA


class Verdict(enum.Enum):
    """What a file, or a code alone, is to its letter."""

    CODE_ONLY = enum.auto()
    SAME_FILE = enum.auto()
    BROKEN = enum.auto()  # our file, whose signature does not hold: somebody got at our files
    ORIGINAL = enum.auto()  # the unsigned original of what was signed since
    UNSIGNED = enum.auto()  # it waits for a hand: nothing was sent yet


@dataclasses.dataclass(frozen=True, kw_only=True)
class LetterStatus:
    """A letter as anybody may know it: `title` is its kind, `hal` what its own paper says.

    `sha256` is of the file that counts; `certificate` names who signed it so, where that signature holds.
    """

    title: str
    number: str
    issued_on: dt.date
    hal: str
    signer: str
    sha256: str
    verdict: Verdict
    scanned_at: dt.datetime | None = None
    certificate: str = ""
    voided_at: dt.datetime | None = None
    successor: str | None = None
    successor_on: dt.date | None = None


async def standing(office: Office, work: UnitOfWork, letter: Letter, sha256: str | None = None) -> LetterStatus:
    """Return how a letter stands; `sha256` is that of a file which is known to be one of this letter's."""
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    paper = await cases.paper(work, letter.paper_id) if letter.paper_id else None
    void = await registers.void_number(work, letter.case_id, letter.number) if letter.number else None
    after = await cases.letter_after(work, letter)
    certificate, holds = "", True
    if paper is not None and _is_certified(office, letter):
        roots = office.signer.roots() if office.signer else ()
        certificate, holds = await _signature(roots, await office.files.read(paper.sha256))
    return LetterStatus(
        title=title_of(letter),
        number=letter.number or "",
        issued_on=letter.created_at.astimezone(WITA).date(),
        hal=hal_of(letter),
        signer=signer.name if signer else "",
        sha256=paper.sha256 if paper else "",
        verdict=_verdict(paper.sha256 if paper else None, sha256, holds=holds),
        scanned_at=paper.created_at if paper and letter.data.get(TO_SIGN) == Method.WET else None,
        certificate=certificate if holds else "",
        voided_at=void.voided_at if void else None,
        successor=(after.number or "–") if after else None,
        successor_on=after.created_at.astimezone(WITA).date() if after else None,
    )


def _verdict(counts: str | None, asked: str | None, *, holds: bool) -> Verdict:
    """Compare the hash of the file that counts, if there is one yet, with what was asked about."""
    if counts is None:
        return Verdict.UNSIGNED
    if asked not in (None, counts):
        return Verdict.ORIGINAL
    if not holds:
        return Verdict.BROKEN
    return Verdict.CODE_ONLY if asked is None else Verdict.SAME_FILE


def _is_certified(office: Office, letter: Letter) -> bool:
    """Whether a letter's file may bear an electronic signature that can be looked at here."""
    how = letter.data.get(TO_SIGN)
    return (how == Method.BSRE and office.bsre is not None) or (how is None and office.signer is not None)


async def _signature(roots: Sequence[bytes], pdf: bytes) -> tuple[str, bool]:
    """Return whose certificate signed one of our files, "" for none, and whether that holds."""

    def looked() -> tuple[str, bool]:
        try:
            found = asyncio.run(check_signatures(pdf, roots))
        except UnreadableError:
            return "", False
        return (found[-1].signer if found else ""), all(one.holds for one in found)

    return await asyncio.to_thread(looked)
