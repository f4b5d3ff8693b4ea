"""What crosses back from a server: plans, results, progress and errors, as frozen data with a canonical JSON form.

Everything here is plain data so that a plan can be printed for the official who approves it, hashed, kept, and compared
with what the server finds when the work begins.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping
from typing import Any


class ErrorCode(enum.StrEnum):
    """Every way a request can end badly; a closed list, so that each has words of its own for the engineers."""

    UNREACHABLE = "unreachable"
    """No SSH service answers at the server's address."""
    HOST_KEY_CHANGED = "host_key_changed"
    """The server showed another host key than the pinned one; nothing was sent to it."""
    LOGIN_REFUSED = "login_refused"
    """The server no longer accepts the bot's key."""
    CONNECTION_LOST = "connection_lost"
    """The connection or the agent ended before the answer, again and again; asking once more is safe."""
    NO_ANSWER = "no_answer"
    """The agent said nothing for longer than any step may take, or not in its own protocol."""
    BAD_REQUEST = "bad_request"
    """The request is no valid JSON object, has unknown fields, wrong types or values outside their limits."""
    VERSION_MISMATCH = "version_mismatch"
    """The agent on the server speaks another protocol version than the bot: `server upgrade` is due."""
    REQUEST_REUSED = "request_reused"
    """A request id came a second time with other content."""
    NOT_CONFIGURED = "not_configured"
    """The agent's own configuration file is missing or wrong."""
    LOCKED = "locked"
    """Another request holds the server's lock and did not end in time."""
    PLAN_MOVED = "plan_moved"
    """The server is no longer as it was when the plan was approved; nothing was touched."""
    NOT_OURS = "not_ours"
    """An account, home, database or file of that name exists and was not made by us; nothing was touched."""
    ZONE_NOT_ALLOWED = "zone_not_allowed"
    """A domain lies in no zone that this server may serve."""
    DOMAIN_TAKEN = "domain_taken"
    """Another hosting on this server already answers for one of the domains."""
    ADDRESS_NOT_AVAILABLE = "address_not_available"
    """The dedicated address asked for is not this server's, or another hosting has it."""
    PHP_NOT_INSTALLED = "php_not_installed"
    """The PHP version asked for is not installed on this server."""
    UID_RANGE_EXHAUSTED = "uid_range_exhausted"
    """No user id of the configured range is free."""
    APACHE_CONFIG_BROKEN = "apache_config_broken"
    """Apache's configuration was broken before we began (the file is named); nothing was touched."""
    APACHE_CONFIG_INVALID = "apache_config_invalid"
    """The site's own Apache file did not pass the test; the earlier one stands."""
    APACHE_DOWN = "apache_down"
    """Apache does not run, so nothing can be reloaded."""
    APACHE_RELOAD_FAILED = "apache_reload_failed"
    """Apache did not take up the new configuration in time; the earlier one was put back."""
    PHP_CONFIG_INVALID = "php_config_invalid"
    """The site's own PHP-FPM file did not pass `php-fpm -t`; the earlier one stands."""
    PHP_START_FAILED = "php_start_failed"
    """The site's PHP-FPM unit did not start or reload."""
    SSHD_CONFIG_INVALID = "sshd_config_invalid"
    """sshd refused its configuration; the earlier one stands."""
    MARIADB_DOWN = "mariadb_down"
    """MariaDB does not answer on its local socket."""
    MARIADB_REFUSED = "mariadb_refused"
    """MariaDB refused a statement."""
    DNS_NAME_TAKEN = "dns_name_taken"
    """The DNS name exists and carries no mark of this hosting; it was not changed."""
    DNS_REFUSED = "dns_refused"
    """The name server refused the update (key, zone or policy)."""
    DNS_UNREACHABLE = "dns_unreachable"
    """The name server did not answer."""
    CERTIFICATE_MISSING = "certificate_missing"
    """A configured certificate or key file is missing, unreadable, or the two do not match."""
    DISK_FULL = "disk_full"
    """No space or no inode is left on the server."""
    TIMEOUT = "timeout"
    """A command on the server did not end in time."""
    STEP_FAILED = "step_failed"
    """A step failed in a way not named above; the detail says how."""
    INTERNAL = "internal"
    """A defect of the agent itself; the detail names the exception, the server's log has the rest."""


class ServerError(Exception):
    """A request that ended badly. `detail` is technical English without secrets; `left` says what stays in place."""

    def __init__(self, code: ErrorCode, detail: str, *, step: str = "", left: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.step = step
        self.left = left

    def to_data(self) -> dict[str, Any]:
        """Return the form that travels: `{"code", "step", "detail", "left"}`."""
        return {"code": str(self.code), "step": self.step, "detail": self.detail, "left": list(self.left)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ServerError:
        """Read what `to_data` wrote; an unknown code becomes `INTERNAL` with the code in the detail."""
        try:
            code, detail = ErrorCode(str(data.get("code"))), str(data.get("detail", ""))
        except ValueError:
            code, detail = ErrorCode.INTERNAL, f"{data.get('code')}: {data.get('detail', '')}"
        left = tuple(str(item) for item in data.get("left", ()))
        return cls(code, detail, step=str(data.get("step", "")), left=left)


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
    """How far an apply is: `done` of `total` steps are finished and `step` (a part's name) has begun."""

    step: str
    done: int
    total: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applied:
    """What an apply did: its plan, whether anything was changed, and the facts to hand on (uid, addresses, names)."""

    plan: Plan
    changed: bool
    facts: Mapping[str, Any]
    replayed: bool = False  # the journal knew the request; nothing was done this time

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return {
            "plan": self.plan.to_data(),
            "changed": self.changed,
            "facts": dict(self.facts),
            "replayed": self.replayed,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Applied:
        """Read what `to_data` wrote."""
        return cls(
            plan=Plan.from_data(data["plan"]),
            changed=bool(data["changed"]),
            facts=dict(data["facts"]),
            replayed=bool(data.get("replayed", False)),
        )


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

    `certificate_expires` is an ISO date, None where no certificate is served.
    """

    disk_bytes: int
    inodes: int
    database_bytes: int
    requests: int
    traffic_in_bytes: int
    traffic_out_bytes: int
    certificate_expires: str | None
    certificate_self_signed: bool

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it)."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Usage:
        """Read what `to_data` wrote."""
        return cls(**data)


def canonical(data: object) -> str:
    """Return JSON with sorted keys and no spaces: equal data give equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(data: object) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
