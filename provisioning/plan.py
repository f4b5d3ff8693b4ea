"""What crosses back from a server: plans, results, progress and errors, as frozen data with a canonical JSON form.

Everything here is plain data so that a plan can be printed for the official who approves it, hashed, kept, and compared
with what the server finds when the work begins.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.errors import ErrorCode as ErrorCode  # noqa: PLC0414 - all that crosses back is found here
from provisioning.errors import ServerError as ServerError  # noqa: PLC0414 - likewise


class Action(enum.StrEnum):
    """What is done to one thing on the server."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    NONE = "none"


MARKS = {Action.CREATE: "+", Action.CHANGE: "~", Action.REMOVE: "-", Action.NONE: "="}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """One thing to do. `part` and `key` say to the agent which, `summary` says it to a person (English)."""

    part: str
    key: str
    action: Action
    summary: str
    secret: bool = False  # follows from a password in the request, so it is no part of the approved plan's hash

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Change:
        """Read one change as `Plan.to_data` wrote it."""
        return cls(**{**data, "action": Action(data["action"])})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """The difference between a wanted hosting and the server, in the order in which it will be done.

    `basis` is the SHA-256 of the wanted spec and of everything found, so two plans with equal hashes do the same
    to the same server. `notes` say what will not be promised, for example limits without a quota to hold them.
    """

    slug: str
    basis: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing is to be done."""
        return not self.pending

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.action is not Action.NONE)

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON, without what only follows from passwords."""
        changes = [dataclasses.asdict(change) for change in self.pending if not change.secret]
        return digest({**self.to_data(), "changes": changes})

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        data = dataclasses.asdict(self)
        return {**data, "changes": list(data["changes"]), "notes": list(self.notes)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        """Read what `to_data` wrote. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        changes = tuple(Change.from_data(change) for change in data["changes"])
        return cls(slug=data["slug"], basis=data["basis"], changes=changes, notes=tuple(data["notes"]))

    def __str__(self) -> str:
        lines = [f"{MARKS[change.action]} {change.part}: {change.summary}" for change in self.changes]
        return "\n".join([f"{self.slug} ({self.hash[:12]})", *lines, *(f"! {note}" for note in self.notes)])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an apply is: `done` of `total` steps are finished, and `step` (a part's name) has begun, or `ended`.

    `work` says of which piece of work, where a request has several.
    """

    step: str
    done: int
    total: int
    ended: bool = False
    work: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerFacts:
    """Live data of one server for SOP step 4; sizes in MB (1024 * 1024 bytes), rates in kbit/s, load over 1 minute."""

    hostname: str
    agent_version: str
    os_release: str
    disk_total_mb: int
    disk_free_mb: int
    memory_total_mb: int
    memory_available_mb: int
    load: float
    cpus: int
    sites: int
    allotted_disk_mb: int  # sums over all hostings on the server of what their limits grant them
    allotted_database_mb: int
    allotted_memory_mb: int
    allotted_bandwidth_kbit: int
    uplink_kbit: int
    zones: tuple[str, ...]
    addresses_shared: tuple[str, ...]
    addresses_dedicated: tuple[str, ...]
    addresses_taken: tuple[str, ...]
    php_versions: tuple[str, ...]
    quota_on: bool
    services: Mapping[str, str]  # unit -> systemd's ActiveState
    missing: tuple[str, ...] = ()  # packages or Apache modules that enrolment should have brought
    hostings: tuple[str, ...] = ()  # the account names of everything that the agent has a record of
    certificate_kind: str = ""  # what a new hosting gets in the first zone: as in `CertificateState`; older agents: ""
    php_extensions: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)  # by version; older: none

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ServerFacts:
        """Read what `to_data` wrote."""
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
        return cls(**values)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Usage:
    """What one hosting takes at this moment; sizes in bytes, traffic as Apache counted it (mod_logio) in the kept logs.

    `certificate_expires` is an ISO date, None where no certificate is served; `certificate_kind` is as in
    `CertificateState`, empty where an older agent says nothing, and `certificate_ordered` too.
    """

    disk_bytes: int
    inodes: int
    database_bytes: int
    requests: int
    traffic_in_bytes: int
    traffic_out_bytes: int
    certificate_expires: str | None
    certificate_self_signed: bool
    certificate_kind: str = ""
    certificate_ordered: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Usage:
        """Read what `to_data` wrote."""
        return cls(**data)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dumped:
    """A dump of a database, as a file in the hosting's `private`; what it holds is packed by gzip."""

    file: str
    bytes: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Loaded:
    """A file of SQL that was carried out; the names are of files in the hosting's `private`.

    `before` holds what was there before. `cut` is empty but where the work was cut off and done anew from its
    beginning: what stood then.
    """

    before: str
    cut: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applied:
    """What an apply did: its plan, whether anything was changed, and the facts to hand on (uid, addresses, names).

    `usage` is what the hosting takes now; None where it is gone, or could not be counted.
    """

    plan: Plan
    changed: bool
    facts: Mapping[str, Any]
    replayed: bool = False  # the journal knew the request; nothing was done this time
    usage: Usage | None = None

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return {
            "plan": self.plan.to_data(),
            "changed": self.changed,
            "facts": dict(self.facts),
            "replayed": self.replayed,
            "usage": None if self.usage is None else self.usage.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Applied:
        """Read what `to_data` wrote."""
        usage = data.get("usage")
        return cls(
            plan=Plan.from_data(data["plan"]),
            changed=bool(data["changed"]),
            facts=dict(data["facts"]),
            replayed=bool(data.get("replayed", False)),
            usage=None if usage is None else Usage.from_data(usage),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateState:
    """What one hosting's visitors are shown. `kind` is wildcard, acme or self-signed; `expires` an ISO date.

    `failures` counts the attempts to renew that have failed in a row; `problem` is technical English. `ordered` where a
    better one is waited for; `held_until` (ISO, UTC) where the authority limits orders and none is made before.
    """

    slug: str
    name: str
    kind: str
    expires: str | None
    failures: int
    problem: str | None
    ordered: bool = False
    held_until: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class CertificateReport:
    """All certificates of a server; `taken_up` where new ones were, `problem` why those that wait could not be."""

    taken_up: bool
    problem: str | None
    certificates: tuple[CertificateState, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CertificateReport:
        """Read what the agent answers."""
        states = tuple(CertificateState(**state) for state in data["certificates"])
        return cls(taken_up=bool(data["taken_up"]), problem=data["problem"], certificates=states)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PendingUpdates:
    """What a server has not taken: packages by name with security fixes, how many others, when it asked (ISO, UTC).

    `wordpress` is the version that its archive offers, "" for none; an older agent does not say (None).
    """

    security: tuple[str, ...]
    others: int
    reboot_required: bool
    lists_at: str | None
    wordpress: str | None = None

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return {**dataclasses.asdict(self), "security": list(self.security)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PendingUpdates:
        """Read what `to_data` wrote."""
        return cls(**{**data, "security": tuple(data["security"])})


def canonical(data: object) -> str:
    """Return JSON with sorted keys and no spaces: equal data give equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(data: object) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
