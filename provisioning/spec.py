"""The wanted state of one hosting, as frozen data that crosses from the office to a server.

A `HostingSpec` says everything the server must hold for one hosting and nothing secret: passwords travel apart
(`HostingSecrets`), by standard input, and are never part of a plan, a journal or a log.
"""

from __future__ import annotations

import dataclasses
import enum
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any

SLUG = re.compile(r"[a-z][a-z0-9]{0,19}(-[a-z0-9]+)*")
SLUG_MAX = 26  # MariaDB allows 32 characters in a user name, Linux 32 in an account: "h_" + slug stays below both
DOMAINS_MAX = 20
REASON_MAX = 300
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # and halves of characters, which no file can hold
PHP_VERSION = re.compile(r"[78]\.[0-9]{1,2}")


class SpecError(ValueError):
    """A field of a spec has a value no server may be asked for; the message names the field."""


class Kind(enum.StrEnum):
    """What serves the pages."""

    PHP = "php"
    STATIC = "static"


class State(enum.StrEnum):
    """The life of a hosting as the server sees it."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    REMOVED = "removed"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """What one hosting may take; units in the names (MB = 1024 * 1024 bytes, kbit = 1000 bits)."""

    disk_mb: int = 2048
    inodes: int = 200_000
    database_mb: int = 1024
    memory_mb: int = 256
    cpu_percent: int = 100
    tasks: int = 64
    php_workers: int = 5
    bandwidth_kbit: int = 20_000
    database_connections: int = 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingSpec:
    """One hosting, whole. `domains[0]` is its primary name; every name lies in a zone the server may write."""

    slug: str
    domains: tuple[str, ...]
    kind: Kind
    php_version: str | None = None
    database: bool = False
    document_root: str = "public"
    limits: Limits = dataclasses.field(default_factory=Limits)
    ssh_keys: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # dedicated IP addresses; none means the server's shared ones
    state: State = State.ACTIVE
    owner: str = ""  # the OPD's name, for the placeholder page and comments; untrusted text
    suspension_reason: str = ""  # what visitors of a suspended hosting are told; untrusted text

    def __post_init__(self) -> None:
        """Raise `SpecError` for any value a server would refuse."""
        if not SLUG.fullmatch(self.slug) or len(self.slug) > SLUG_MAX:
            raise SpecError(f"slug: {self.slug!r}")
        if not self.domains or len(set(self.domains)) != len(self.domains) or len(self.domains) > DOMAINS_MAX:
            raise SpecError(f"domains: between one and {DOMAINS_MAX}, each once")
        for domain in self.domains:
            check_domain(domain)
        self._check_service()
        self._check_access()
        _check_limits(self.limits)

    def _check_service(self) -> None:
        if (self.kind is Kind.PHP) != (self.php_version is not None):
            raise SpecError("php_version: needed for kind php, and only there")
        if self.php_version is not None and not PHP_VERSION.fullmatch(self.php_version):
            raise SpecError(f"php_version: {self.php_version!r}")
        if not re.fullmatch(r"public(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}){0,4}", self.document_root):
            raise SpecError(f"document_root: {self.document_root!r}")
        if not isinstance(self.database, bool):
            raise SpecError("database: true or false")
        for address in self.addresses:
            check_address(address)

    def _check_access(self) -> None:
        if len(self.owner) > 200 or CONTROLS.search(self.owner):
            raise SpecError("owner: at most 200 characters, no control characters")
        if len(self.suspension_reason) > REASON_MAX or CONTROLS.search(self.suspension_reason):
            raise SpecError(f"suspension_reason: at most {REASON_MAX} characters, no control characters")
        for key in self.ssh_keys:
            if not re.fullmatch(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]{40,1400}", key):
                raise SpecError("ssh_keys: one is not a bare OpenSSH public key")

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces; equal specs give equal text."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> HostingSpec:
        """Read what `to_json` wrote (already parsed). Raises `SpecError` for unknown or wrong fields."""
        try:
            values = dict(data)
            values["limits"] = Limits(**values.get("limits", {}))
            values["domains"] = tuple(values["domains"])
            values["ssh_keys"] = tuple(values.get("ssh_keys", ()))
            values["addresses"] = tuple(values.get("addresses", ()))
            values["kind"] = Kind(values["kind"])
            values["state"] = State(values.get("state", State.ACTIVE))
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SpecError(str(error)) from error


def _check_limits(limits: Limits) -> None:
    for field in dataclasses.fields(limits):
        value = getattr(limits, field.name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**9:
            raise SpecError(f"limits.{field.name}: {value!r}")


def check_domain(domain: str) -> None:
    """Raise `SpecError` unless `domain` is a lower-case host name of at least two labels (RFC 1035, RFC 5890)."""
    labels = domain.split(".")
    if len(domain) > 253 or len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels):
        raise SpecError(f"domain: {domain!r}")


def check_address(address: str) -> None:
    """Raise `SpecError` unless `address` is an IP address in its canonical form."""
    try:
        canonical = str(ipaddress.ip_address(address))
    except ValueError as error:
        raise SpecError(f"address: {address!r}") from error
    if canonical != address or "%" in address:
        raise SpecError(f"address: {address!r} is not canonical")


@dataclasses.dataclass(frozen=True)
class Secret:
    """Text that never prints itself; `reveal()` is the only way to it."""

    _value: str = dataclasses.field(repr=False)

    def reveal(self) -> str:
        """Return the text itself: for standard input, a protected message or encryption, nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingSecrets:
    """The passwords of one hosting, made on our side."""

    sftp_password: Secret
    database_password: Secret | None = None
