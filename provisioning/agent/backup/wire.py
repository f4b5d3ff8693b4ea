"""What is asked of a server's backups and what it answers, as frozen data; every field is checked on both sides."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from provisioning.spec import SLUG, SLUG_MAX

SNAPSHOT = re.compile(r"[0-9a-f]{64}")
BESIDE = re.compile(r"pulihan-[0-9]{8}-[0-9]{6}")
PATH_MAX, NAME_MAX = 1000, 255  # bytes
UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
KEEP_MOST = 3660  # snapshots of one kind; ten years of days
TOPS = ("public", "private")  # what is kept of a hosting's folder: logs and tmp are not


class OrderError(ValueError):
    """An order no server may be given; the message names the field and no value."""


class BackupAction(enum.StrEnum):
    """What is to be done."""

    SNAPSHOT = "snapshot"
    RESTORE = "restore"
    DRILL = "drill"
    LIST = "list"


OF_A_SNAPSHOT = frozenset({BackupAction.RESTORE, BackupAction.DRILL})


class SnapshotReason(enum.StrEnum):
    """Why a snapshot is taken."""

    NIGHTLY = "nightly"
    ASKED = "asked"
    BEFORE = "before"
    LAST = "last"
    MOVED = "moved"


class RestorePart(enum.StrEnum):
    """What of a snapshot is restored."""

    WHOLE = "whole"
    FILES = "files"
    DATABASE = "database"
    PATH = "path"


def check_path(path: str) -> None:
    """Raise `OrderError` unless `path` names something below `public` or `private`, without a way out of it."""
    names = path.split("/")
    plain = all(name not in {"", ".", ".."} and len(name.encode()) <= NAME_MAX for name in names)
    if UNSEEN.search(path) or names[0] not in TOPS or not plain or len(path.encode()) > PATH_MAX:
        raise OrderError("path")


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupOrder:
    """One order about one hosting. `beside`: the folder below `private` to restore into; "" means in place."""

    deed: BackupAction
    reason: SnapshotReason = SnapshotReason.ASKED
    snapshot: str = ""  # 64 hexadecimal digits; of a restore or a drill
    part: RestorePart = RestorePart.WHOLE
    path: str = ""  # of a restore of `Part.PATH`: below the hosting's folder
    beside: str = ""

    def __post_init__(self) -> None:
        """Raise `OrderError` for the first field that is wrong or does not belong to the deed."""
        needs_snapshot = self.deed in OF_A_SNAPSHOT
        if bool(self.snapshot) is not needs_snapshot or (needs_snapshot and not SNAPSHOT.fullmatch(self.snapshot)):
            raise OrderError("snapshot")
        if self.deed is not BackupAction.RESTORE and (self.part is not RestorePart.WHOLE or self.path or self.beside):
            raise OrderError("part, path and beside belong to a restore")
        if bool(self.path) is not (self.part is RestorePart.PATH):
            raise OrderError("path")
        if self.path:
            check_path(self.path)
        if self.beside and not BESIDE.fullmatch(self.beside):
            raise OrderError("beside")

    @property
    def wants_database(self) -> bool:
        """Whether the database is restored."""
        return self.part in {RestorePart.WHOLE, RestorePart.DATABASE}

    @property
    def wants_files(self) -> bool:
        """Whether files are restored."""
        return self.part is not RestorePart.DATABASE

    def to_data(self) -> dict[str, Any]:
        """Return plain data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Read what `to_data` wrote. Raises `OrderError`."""
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise OrderError("not an object of texts")
        try:
            given = {
                **data,
                "deed": BackupAction(data.get("deed", "")),
                "part": RestorePart(data.get("part", RestorePart.WHOLE)),
            }
            return cls(**{**given, "reason": SnapshotReason(data.get("reason", SnapshotReason.ASKED))})
        except (TypeError, ValueError) as error:
            raise OrderError(str(error) if isinstance(error, OrderError) else "unknown field or value") from error


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeepRule:
    """How many snapshots of a hosting stay: one a day, week and month, so many; all zero means none at all."""

    slug: str
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    last: int = 0

    def __post_init__(self) -> None:
        """Raise `OrderError`."""
        if not SLUG.fullmatch(self.slug) or len(self.slug) > SLUG_MAX:
            raise OrderError("slug")
        for count in (self.daily, self.weekly, self.monthly, self.last):
            if type(count) is not int or not 0 <= count <= KEEP_MOST:
                raise OrderError("a number to keep")

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Read plain data. Raises `OrderError`."""
        if not isinstance(data, dict) or not isinstance(data.get("slug"), str):
            raise OrderError("not an object with a slug")
        try:
            return cls(**data)
        except TypeError as error:
            raise OrderError("unknown field") from error


def backups_data(order: BackupOrder | None, keeps: Sequence[KeepRule]) -> dict[str, Any]:
    """Return what a request says of backups, nothing where it says nothing: an older agent would refuse it."""
    said: dict[str, Any] = {} if order is None else {"backup": order.to_data()}
    return said | ({"keeps": [dataclasses.asdict(keep) for keep in keeps]} if keeps else {})


def order_in(data: object, *, wanted: bool) -> BackupOrder | None:
    """Return the order of a request that has one where it is `wanted`, and only there. Raises `OrderError`."""
    if (data is None) is wanted:
        raise OrderError("an order is missing, or belongs to another verb")
    return None if data is None else BackupOrder.from_data(data)


def keeps_in(data: object, *, allowed: bool) -> tuple[KeepRule, ...]:
    """Return what a request says is to be kept. Raises `OrderError`."""
    if not isinstance(data, list) or (data and not allowed):
        raise OrderError("keeps is no list, or belongs to another verb")
    return tuple(KeepRule.from_data(each) for each in data)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TakenSnapshot:
    """A snapshot: what it holds (bytes, files) and how many bytes it added to the repository."""

    snapshot: str
    size_bytes: int
    files: int
    added_bytes: int
    unread: int = 0  # files that went away or changed their name while they were read

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data."""
        return cls(**data)


@dataclasses.dataclass(frozen=True, kw_only=True)
class HeldSnapshots:
    """How many snapshots of a hosting a repository holds at this moment, and when the newest was taken."""

    count: int
    newest_at: datetime.datetime | None

    def to_data(self) -> dict[str, Any]:
        """Return plain data."""
        return {"count": self.count, "newest_at": self.newest_at.isoformat() if self.newest_at else None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data. Raises `ValueError`, `KeyError` or `TypeError`."""
        newest = data["newest_at"]
        return cls(count=int(data["count"]), newest_at=datetime.datetime.fromisoformat(newest) if newest else None)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Restored:
    """What was restored; `before` is the snapshot taken first, "" where nothing was replaced."""

    size_bytes: int
    files: int
    before: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data."""
        return cls(**data)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Drilled:
    """What a drill found: every file that nobody changed since the snapshot must be `same`."""

    same: int
    different: tuple[str, ...]  # at most ten names
    different_count: int
    changed_since: int
    size_bytes: int
    tables: int
    rows: int
    has_database: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the backup gave back what was there."""
        return self.different_count == 0

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data."""
        return cls(**{**data, "different": tuple(data["different"])})
