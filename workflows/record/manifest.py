"""What a bundle says of itself, in `manifest.json`, and how one line of the ledger is written in `ledger.jsonl`.

Read strictly: a bundle comes from anybody. Hashes are SHA-256, hexadecimal; times ISO 8601 in UTC; sizes in bytes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pydantic

from workflows.record.signing import FormerKey, Signers
from workflows.store.ledger_line import LedgerLine

MANIFEST = "manifest.json"
LEDGER = "ledger.jsonl"
PATH = r"^(documents/)?[A-Za-z0-9-]+\.[a-z]+$"  # what unpacks below one's own folder, wherever it came from
CHECKPOINTS_MAX = 100

LetterState = Literal["", "menunggu tanda tangan", "nomor dibatalkan sebelum ditandatangani"]


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


class FileNote(_Strict):
    """A file of the bundle."""

    path: str = pydantic.Field(pattern=PATH)
    sha256: str
    size: int


class Document(FileNote):
    """A paper of the case: an upload, or the PDF of a letter. `name` is as its sender called it."""

    kind: str
    name: str
    media_type: str
    kept_at: dt.datetime


class LetterNote(_Strict):
    """A letter of ours; its PDF is the document with this hash.

    `state` is left out of one that was sent; the PDF of one that waits for its signature is the unsigned original.
    """

    kind: str
    number: str | None
    code: str | None
    issued_at: dt.datetime
    signed_by: int | None
    sha256: str
    state: LetterState = ""

    @pydantic.model_serializer(mode="wrap")
    def _without_empty_state(self, serialize: pydantic.SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = serialize(self)
        return data if self.state else {key: value for key, value in data.items() if key != "state"}


class RemovedNote(_Strict):
    """A paper of the case whose file was deleted because its time was over; a line of the ledger says so."""

    sha256: str
    kind: str
    name: str
    kept_at: dt.datetime
    removed_at: dt.datetime
    reason: Literal["dihapus menurut jadwal retensi"] = "dihapus menurut jadwal retensi"


class StepNote(_Strict):
    """A stay in a step."""

    step: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    paused_seconds: int


class CaseNote(_Strict):
    """The case as it stood."""

    id: int
    number: str
    sop: str
    subject: str
    opd: str
    step: str
    status: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    steps: tuple[StepNote, ...]


class PersonNote(_Strict):
    """Whom a `person_id` of the ledger stands for."""

    name: str
    nip: str | None


class MandateNote(_Strict):
    """Which office a `mandate_id` of the ledger stands for."""

    person_id: int
    role: str
    acting: str
    decree: str
    starts_on: dt.date
    ends_on: dt.date | None


class FormerKeyNote(_Strict):
    """A key of the office that was replaced; it signed for the first `lines` lines of the ledger."""

    public_key: str = pydantic.Field(pattern=r"^[0-9a-f]{64}$")
    lines: int


class Manifest(_Strict):
    """The whole bundle. The first checkpoint was made for it; others are those it was to be proven under."""

    format: Literal["layanan-bundle 1"] = "layanan-bundle 1"
    government: str
    office: str
    exported_at: dt.datetime
    case: CaseNote
    letters: tuple[LetterNote, ...]
    people: dict[int, PersonNote]
    mandates: dict[int, MandateNote]
    checkpoints: tuple[str, ...] = pydantic.Field(min_length=1, max_length=CHECKPOINTS_MAX)
    documents: tuple[Document, ...]
    files: tuple[FileNote, ...]  # what is no document: the ledger's lines, a word to the reader
    former_keys: tuple[FormerKeyNote, ...] = ()  # this and the next are left out where there are none
    removed: tuple[RemovedNote, ...] = ()

    def signers(self, public: bytes) -> Signers:
        """Return who may have signed the checkpoints of a bundle that this key signed."""
        former = (FormerKey(public=bytes.fromhex(one.public_key), lines=one.lines) for one in self.former_keys)
        return Signers(public, tuple(former))

    def to_json(self) -> bytes:
        """Return what is written."""
        empty = {name for name in ("former_keys", "removed") if not getattr(self, name)}
        return self.model_dump_json(indent=1, exclude=empty).encode()


class ProvenLine(_Strict):
    """A line of the ledger with its hash, and its path to the root of each checkpoint (by that one's size)."""

    sequence: int
    at: dt.datetime
    person_id: int | None
    mandate_id: int | None
    action: str
    case_id: int | None
    data: dict[str, Any]
    previous: str
    hash: str
    paths: dict[int, tuple[str, ...]]

    def line(self) -> LedgerLine:
        """Return the line as it is hashed."""
        return LedgerLine(**self.model_dump(exclude={"hash", "paths"}))
