"""Whether a bundle is what the office signed: offline, from the file alone. What is wrong is said in words."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from workflows.record import checkpoint, signed_zip
from workflows.record.audit import leaf_of
from workflows.record.checkpoint import Checkpoint, CheckpointError
from workflows.record.manifest import LEDGER, MANIFEST, Manifest, ProvenLine
from workflows.record.merkle import climb
from workflows.record.papers import deleted_by, named_by
from workflows.record.signed_zip import UNREADABLE
from workflows.record.signing import Signers
from workflows.store.ledger_line import unambiguous

MANIFEST_MAX = 16 << 20
LEDGER_MAX = 64 << 20
CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class BundleReport:
    """What was found: who signed, what it is (None where that cannot be read), the checkpoints, and what is wrong."""

    public: bytes | None
    manifest: Manifest | None
    lines: int
    checkpoints: tuple[Checkpoint, ...]
    faults: tuple[str, ...]


class _UnreadableError(Exception):
    """A part of the bundle cannot be read; the message says which."""


def check(path: Path, kept: str | None = None) -> BundleReport:
    """Check a bundle by itself and, where given, by a text with checkpoints that were kept. Raises `OSError`."""
    seal = signed_zip.seal_of(path)
    if seal is None:
        return _nothing("it is no bundle, or its end was cut off or changed", None)
    faults = [] if seal.holds else ["it is not as it was signed"]
    try:
        with zipfile.ZipFile(path) as archive:
            _same_for_every_unpacker(archive)
            manifest = _manifest(archive)
            faults += _files(archive, manifest)
            lines = _lines(archive)
    except (_UnreadableError, *UNREADABLE) as error:
        why = str(error) if isinstance(error, _UnreadableError) else "the archive is damaged"
        return _nothing(*faults, why, public=seal.public)
    checkpoints, unproven = _proofs(manifest, lines, manifest.signers(seal.public), kept)
    faults += [*unproven, *_chain(manifest, lines), *_unnamed(manifest, lines), *_unsaid(manifest, lines)]
    return BundleReport(
        public=seal.public, manifest=manifest, lines=len(lines), checkpoints=tuple(checkpoints), faults=tuple(faults)
    )


def _nothing(*faults: str | None, public: bytes | None = None) -> BundleReport:
    told = tuple(fault for fault in faults if fault)
    return BundleReport(public=public, manifest=None, lines=0, checkpoints=(), faults=told)


def _same_for_every_unpacker(archive: zipfile.ZipFile) -> None:
    """Refuse what another unpacker may read otherwise: of two files of one name each takes the one it likes."""
    entries = archive.infolist()
    if len({entry.filename for entry in entries}) < len(entries):
        raise _UnreadableError("a name stands in it twice")
    if any(entry.compress_type != zipfile.ZIP_DEFLATED for entry in entries):
        raise _UnreadableError("it is not packed as the office packs")


def _unambiguous(raw: bytes) -> bytes:
    """Return JSON as it is. Raises `ValueError` where it reads differently for others."""
    json.loads(raw, object_pairs_hook=unambiguous)
    return raw


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        return Manifest.model_validate_json(_unambiguous(_read(archive, MANIFEST, MANIFEST_MAX)))
    except UNREADABLE:  # pydantic's own error is a ValueError
        raise _UnreadableError(f"{MANIFEST} cannot be read") from None


def _lines(archive: zipfile.ZipFile) -> list[ProvenLine]:
    try:
        rows = _read(archive, LEDGER, LEDGER_MAX).splitlines()
        lines = [ProvenLine.model_validate_json(_unambiguous(row)) for row in rows]
        for line in lines:
            line.line().canonical()
    except (*UNREADABLE, OverflowError):  # an instant before the first year of UTC
        raise _UnreadableError(f"{LEDGER} cannot be read") from None
    return lines


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with archive.open(name) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(name)
    return content


def _files(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the files, each by its name."""
    listed = {note.path: note for note in (*manifest.documents, *manifest.files)}
    present = set(archive.namelist())
    yield from (f"{name} is missing" for name in sorted(listed.keys() - present))
    yield from (f"{name} is not in its manifest" for name in sorted(present - listed.keys() - {MANIFEST}))
    for name, note in sorted(listed.items()):
        if name in present and not _is(archive, name, note.sha256, note.size):
            yield f"{name} is not what its manifest says"


def _is(archive: zipfile.ZipFile, name: str, sha256: str, size: int) -> bool:
    """Compare a file in pieces: what it claims to be is somebody else's word."""
    hashed, left = hashlib.sha256(), size
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    return False
                hashed.update(chunk)
    except UNREADABLE:
        return False
    return left == 0 and hashed.hexdigest() == sha256


def _chain(manifest: Manifest, lines: Sequence[ProvenLine]) -> Iterator[str]:
    """Yield which lines are not as they were written, or of another case."""
    before: ProvenLine | None = None
    for line in lines:
        if line.line().digest() != line.hash:
            yield f"line {line.sequence} of the ledger is not as it was written"
        if line.case_id != manifest.case.id:
            yield f"line {line.sequence} of the ledger is of another case"
        if before is not None and line.sequence <= before.sequence:
            yield f"line {line.sequence} of the ledger stands out of order"
        elif before is not None and line.sequence == before.sequence + 1 and line.previous != before.hash:
            yield f"line {line.sequence} of the ledger does not follow line {before.sequence}"
        before = line


def _proofs(
    manifest: Manifest, lines: Sequence[ProvenLine], signers: Signers, kept: str | None
) -> tuple[list[Checkpoint], list[str]]:
    """Hold every line against the bundle's checkpoints, and these against those that were kept."""
    try:
        own = checkpoint.read("\n".join(manifest.checkpoints), signers)
        others = checkpoint.read(kept, signers) if kept is not None else []
    except CheckpointError as error:
        return [], [str(error)]
    faults = [
        f"line {line.sequence} of the ledger is not among the lines that the checkpoint of {one.at} saw"
        for one in own
        for line in lines
        if (line.sequence <= one.size or one is own[0]) and not _proven(line, one)
    ]
    roots = {one.size: one.root for one in own}
    for one in others:
        if one.size not in roots:
            faults.append(f"it holds no proof for the checkpoint of {one.at}: export it with --checkpoint")
        elif roots[one.size] != one.root:
            faults.append(f"its ledger is not the one that the checkpoint of {one.at} saw")
    return own, faults


def _proven(line: ProvenLine, one: Checkpoint) -> bool:
    try:
        path = [bytes.fromhex(step) for step in line.paths.get(one.size, ())]
    except ValueError:
        return False
    root = climb(leaf_of(line.hash), line.sequence - 1, one.size, path)
    return root is not None and root.hex() == one.root


def _unnamed(manifest: Manifest, lines: Sequence[ProvenLine]) -> Iterator[str]:
    """Yield the documents that no line of the ledger names by its hash."""
    named = {sha256 for line in lines for sha256 in named_by(line.line())}
    for document in manifest.documents:
        if document.sha256 not in named:
            yield f"{document.path} is named by no line of the ledger"


def _unsaid(manifest: Manifest, lines: Sequence[ProvenLine]) -> Iterator[str]:
    """Yield the documents that are said to be deleted, though no line of the ledger says that they were."""
    deleted = {sha256 for line in lines for sha256 in deleted_by(line.line())}
    for removed in manifest.removed:
        if removed.sha256 not in deleted:
            yield f"no line of the ledger says that {removed.kind} ({removed.sha256}) was deleted"
