"""A case as one signed bundle: its documents, its lines of the ledger with their places in the whole, its people."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.stays import paused
from workflows.files import FileStore
from workflows.letters import form
from workflows.record import checkpoint, signed_zip
from workflows.record.audit import LedgerFault, audit, leaf_of
from workflows.record.checkpoint import Checkpoint
from workflows.record.manifest import (
    LEDGER,
    MANIFEST,
    CaseNote,
    Document,
    FileNote,
    FormerKeyNote,
    LetterNote,
    LetterState,
    MandateNote,
    Manifest,
    PersonNote,
    ProvenLine,
    RemovedNote,
    StepNote,
)  # fmt: skip
from workflows.record.merkle import Tree
from workflows.record.signing import OfficeKey
from workflows.store import cases, ledger, people, registers
from workflows.store.ledger_line import LedgerLine
from workflows.store.tables import Case, Letter, Paper
from workflows.store.unit_of_work import Database, UnitOfWork

READER = "BACA-SAYA.txt"
WORDS = Path(__file__).parents[2] / "templates" / "bundle" / READER
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
EXPORTED = "record.exported"


class ExportError(Exception):
    """A case that cannot be exported; the message is a sentence without its full stop."""


class LedgerBrokenError(ExportError):
    """The ledger does not hold, so nothing can be proven by it."""

    def __init__(self, fault: LedgerFault) -> None:
        super().__init__(f"line {fault.sequence} of the ledger is not as it was written: {fault.reason}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Archive:
    """Where cases are exported from, and the key that signs for the office."""

    database: Database
    files: FileStore
    letterhead: form.OfficeLetterhead
    key: OfficeKey


@dataclasses.dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written."""

    number: str
    documents: int
    lines: int
    sha256: str
    checkpoint: Checkpoint


@dataclasses.dataclass(frozen=True)
class _Bundle:
    manifest: Manifest
    contents: dict[str, bytes]
    lines: int
    checkpoint: Checkpoint

    def entries(self) -> list[tuple[str, bytes]]:
        return [(MANIFEST, self.manifest.to_json()), *self.contents.items()]


async def export(archive: Archive, number: str, to: Path, under: Sequence[Checkpoint] = ()) -> Exported:
    """Write a case's bundle to a new file, provable under the present ledger and the checkpoints in `under`.

    The ledger notes it. Raises `ExportError`, `OSError`.
    """
    async with archive.database.read() as work:
        case = await cases.by_number(work, number)
        if case is None:
            raise ExportError(f"there is no case {number}")
        bundle = await _gather(archive, work, case, under)
    sha256 = await asyncio.to_thread(signed_zip.write, to, bundle.entries(), archive.key)
    async with archive.database.write() as work:
        await ledger.append(work, EXPORTED, case_id=case.id, data={"sha256": sha256, "number": number})
    return Exported(
        number=number,
        documents=len(bundle.manifest.documents),
        lines=bundle.lines,
        sha256=sha256,
        checkpoint=bundle.checkpoint,
    )


async def _gather(archive: Archive, work: UnitOfWork, case: Case, under: Sequence[Checkpoint]) -> _Bundle:
    proven, present = await _prove(work, archive.key, case.id, under)
    letters = await cases.letters(work, case.id)
    papers = await cases.papers(work, case.id)
    documents = _documents([paper for paper in papers if paper.removed_at is None])
    contents = {one.path: await _content(archive.files, one) for one in documents}
    contents[LEDGER] = "".join(f"{line.model_dump_json()}\n" for line in proven).encode()
    contents[READER] = WORDS.read_bytes()
    people_, mandates = await _people(work, proven, letters)
    manifest = Manifest(
        government=archive.letterhead.government,
        office=archive.letterhead.name,
        exported_at=work.now,
        case=await _case(work, case),
        letters=await _letters(work, letters, papers),
        people=people_,
        mandates=mandates,
        checkpoints=tuple(one.line for one in (present, *under)),
        documents=documents,
        files=tuple(_note(path, contents[path]) for path in (LEDGER, READER)),
        former_keys=tuple(
            FormerKeyNote(public_key=one.public.hex(), lines=one.lines) for one in archive.key.signers.former
        ),
        removed=tuple(_removed(papers)),
    )
    return _Bundle(manifest, contents, len(proven), present)


async def _prove(
    work: UnitOfWork, key: OfficeKey, case_id: int, under: Sequence[Checkpoint]
) -> tuple[list[ProvenLine], Checkpoint]:
    """Audit the ledger on the way through it; return the case's lines with their paths, and a checkpoint of now."""
    leaves: list[bytes] = []
    mine: list[tuple[LedgerLine, str]] = []
    verdict = await audit(_kept(ledger.lines(work), leaves, mine, case_id), under)
    if verdict.faults:
        raise LedgerBrokenError(verdict.faults[0])
    present = checkpoint.make(key, verdict.lines, verdict.root, work.now)
    trees = {size: Tree(leaves[:size]) for size in {present.size, *(one.size for one in under)}}
    return [_proven(line, stored, trees) for line, stored in mine], present


async def _kept(
    lines: AsyncIterable[tuple[LedgerLine, str]], leaves: list[bytes], mine: list[tuple[LedgerLine, str]], case_id: int
) -> AsyncIterator[tuple[LedgerLine, str]]:
    async for line, stored in lines:
        leaves.append(leaf_of(stored))
        if line.case_id == case_id:
            mine.append((line, stored))
        yield line, stored


def _proven(line: LedgerLine, stored: str, trees: dict[int, Tree]) -> ProvenLine:
    place = line.sequence - 1
    paths = {size: tuple(one.hex() for one in tree.path(place)) for size, tree in trees.items() if place < size}
    return ProvenLine(**vars(line), hash=stored, paths=paths)


def _documents(papers: Sequence[Paper]) -> tuple[Document, ...]:
    """Return each content once, as its first paper names it. Names that people gave are never paths."""
    firsts = {paper.sha256: paper for paper in reversed(papers)}
    ordered = sorted(firsts.values(), key=lambda paper: paper.id)
    return tuple(
        Document(
            path=f"documents/{place:02}-{paper.sha256[:16]}.{EXTENSIONS.get(paper.media_type, 'bin')}",
            sha256=paper.sha256,
            size=paper.size,
            kind=paper.kind,
            name=paper.name,
            media_type=paper.media_type,
            kept_at=paper.created_at,
        )
        for place, paper in enumerate(ordered, start=1)
    )


def _removed(papers: Sequence[Paper]) -> Iterator[RemovedNote]:
    for paper in papers:
        if paper.removed_at is not None:
            yield RemovedNote(
                sha256=paper.sha256,
                kind=paper.kind,
                name=paper.name,
                kept_at=paper.created_at,
                removed_at=paper.removed_at,
            )


async def _content(files: FileStore, document: Document) -> bytes:
    try:
        content = await files.read(document.sha256)
    except FileNotFoundError:
        raise ExportError(f"the file of {document.name} is missing") from None
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ExportError(f"the file of {document.name} is not as it was kept")
    return content


async def _letters(work: UnitOfWork, letters: Sequence[Letter], papers: Sequence[Paper]) -> tuple[LetterNote, ...]:
    hashes = {paper.id: paper.sha256 for paper in papers}
    return tuple([await _letter(work, letter, hashes) for letter in letters])


async def _letter(work: UnitOfWork, letter: Letter, hashes: Mapping[int, str]) -> LetterNote:
    file = letter.paper_id or letter.original_id
    if file is None:
        raise ExportError("the PDF of a letter is not made yet; the bot makes it within seconds of its start")
    return LetterNote(
        kind=letter.kind,
        number=letter.number,
        code=letter.short_code,
        issued_at=letter.created_at,
        signed_by=letter.signed_by,
        sha256=hashes[file],
        state=await _state(work, letter),
    )


async def _state(work: UnitOfWork, letter: Letter) -> LetterState:
    if letter.paper_id is not None:
        return ""
    void = letter.number and await registers.void_number(work, letter.case_id, letter.number)
    return "nomor dibatalkan sebelum ditandatangani" if void else "menunggu tanda tangan"


async def _case(work: UnitOfWork, case: Case) -> CaseNote:
    calendar = await calendar_of(work)
    stays = [
        StepNote(
            step=stay.step,
            started_at=stay.started_at,
            finished_at=stay.finished_at,
            paused_seconds=int(paused(stay, calendar, work.now).total_seconds()),
        )
        for stay in await cases.steps(work, case.id)
    ]
    return CaseNote(
        id=case.id,
        number=case.number,
        sop=f"{case.sop_code} {case.sop_version}",
        subject=case.subject,
        opd=(await people.opd(work, case.opd_id)).name,
        step=case.step,
        status=case.status,
        opened_at=case.created_at,
        closed_at=case.closed_at,
        steps=tuple(stays),
    )


async def _people(
    work: UnitOfWork, proven: Sequence[ProvenLine], letters: Sequence[Letter]
) -> tuple[dict[int, PersonNote], dict[int, MandateNote]]:
    mandates = {}
    for mandate_id in sorted({line.mandate_id for line in proven if line.mandate_id is not None}):
        row = await people.mandate(work, mandate_id)
        mandates[mandate_id] = MandateNote(
            person_id=row.person_id,
            role=row.role,
            acting=row.acting,
            decree=row.decree,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
    acted = {line.person_id for line in proven} | {letter.signed_by for letter in letters}
    named = sorted(person_id for person_id in acted if person_id is not None)
    rows = [await people.by_id(work, person_id) for person_id in named]
    return {row.id: PersonNote(name=row.name, nip=row.nip) for row in rows}, mandates


def _note(path: str, content: bytes) -> FileNote:
    return FileNote(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
