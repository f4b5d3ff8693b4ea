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
DOMAINS_MAX, CUSTOM_DOMAINS_MAX = 20, 5
REASON_MAX = 300
KEYS_MAX = 20
CRON_MAX = 5
EVERY_MINUTES = (5, 10, 15, 30, 60)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # as systemd writes them (systemd.time(7))
ARTISAN = "artisan"  # the command line of Laravel, which is asked for its own schedule
SCRIPT = re.compile(
    r"(public|private)(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}){0,5}/([A-Za-z0-9_][A-Za-z0-9_.-]{0,59}\.php|artisan)"
)
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # and halves of characters, which no file can hold
PHP_VERSION = re.compile(r"[78]\.[0-9]{1,2}")
TIMEZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC")  # of Indonesia, and none
UPLOAD_MB, MEMORY_MB, SECONDS = range(1, 513), range(32, 4097), range(5, 111)  # Apache waits 120 s for an answer


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
class PhpSettings:
    """What an owner may set of their PHP; None is what every hosting has that says nothing of it.

    `upload_mb` is the largest file that a visitor may send, `memory_mb` what one script may take, within the
    hosting's memory (None: half of that, at most 256), `seconds` how long one may compute (None: PHP's own 30).
    """

    upload_mb: int = 64
    memory_mb: int | None = None
    seconds: int | None = None
    timezone: str = "Asia/Makassar"


@dataclasses.dataclass(frozen=True, kw_only=True)
class CronJob:
    """A script of the owner's that PHP runs by the clock, as the hosting's own account; never a shell's line.

    Of Laravel it is `artisan`, and its `schedule:run`. Every so many `minutes`, or else at a time of day ("02:30", in
    `PhpSettings.timezone`), of one weekday or of all.
    """

    script: str
    minutes: int | None = None
    at: str | None = None
    weekday: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingSpec:
    """One hosting, whole. `domains[0]` is its primary name; each of them lies in a zone the server may write.

    `custom_domains` are its owner's own, in zones elsewhere: the site answers to them, and no record of ours is made.
    """

    slug: str
    domains: tuple[str, ...]
    kind: Kind
    php_version: str | None = None
    database: bool = False
    document_root: str = "public"
    public_storage: bool = False  # `/storage` shows `storage/app/public` beside the document root, as Laravel links it
    limits: Limits = dataclasses.field(default_factory=Limits)
    php: PhpSettings = dataclasses.field(default_factory=PhpSettings)
    cron: tuple[CronJob, ...] = ()
    ssh_keys: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # dedicated IP addresses; none means the server's shared ones
    state: State = State.ACTIVE
    custom_domains: tuple[str, ...] = ()
    elsewhere: bool = False  # its names lead to another server for now: this one leaves the DNS alone
    team_only: bool = False  # a staging copy: its pages ask for a login, and no search engine is to list them
    owner: str = ""  # the OPD's name, for the placeholder page and comments; untrusted text
    cleaning: bool = False  # while suspended, its owner's SFTP is open, and nothing else
    suspension_reason: str = ""  # what visitors of a suspended hosting are told; untrusted text

    def __post_init__(self) -> None:
        """Raise `SpecError` for any value a server would refuse."""
        if not SLUG.fullmatch(self.slug) or len(self.slug) > SLUG_MAX:
            raise SpecError(f"slug: {self.slug!r}")
        if not self.domains or len(set(self.names)) != len(self.names) or len(self.names) > DOMAINS_MAX:
            raise SpecError(f"domains: between one and {DOMAINS_MAX}, each once")
        if len(self.custom_domains) > CUSTOM_DOMAINS_MAX:
            raise SpecError(f"custom_domains: at most {CUSTOM_DOMAINS_MAX}")
        for domain in self.names:
            check_domain(domain)
        self._check_service()
        self._check_access()
        _check_limits(self.limits)
        _check_php(self.php)
        self._check_cron()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the site answers to."""
        return (*self.domains, *self.custom_domains)

    def _check_service(self) -> None:
        if (self.kind is Kind.PHP) != (self.php_version is not None):
            raise SpecError("php_version: needed for kind php, and only there")
        if self.php_version is not None and not PHP_VERSION.fullmatch(self.php_version):
            raise SpecError(f"php_version: {self.php_version!r}")
        if not re.fullmatch(r"public(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}){0,4}", self.document_root):
            raise SpecError(f"document_root: {self.document_root!r}")
        for name in ("database", "public_storage", "elsewhere", "team_only", "cleaning"):
            if not isinstance(getattr(self, name), bool):
                raise SpecError(f"{name}: true or false")
        if self.public_storage and (self.kind is not Kind.PHP or self.application is None):
            raise SpecError("public_storage: for an application of PHP whose document root is its own `public`")
        for address in self.addresses:
            check_address(address)

    def _check_cron(self) -> None:
        if len(self.cron) > CRON_MAX or len(set(self.cron)) != len(self.cron):
            raise SpecError(f"cron: at most {CRON_MAX}, each once")
        if self.cron and self.kind is not Kind.PHP:
            raise SpecError("cron: for kind php only")
        for job in self.cron:
            _check_cron_job(job)

    def _check_access(self) -> None:
        if len(self.owner) > 200 or CONTROLS.search(self.owner):
            raise SpecError("owner: at most 200 characters, no control characters")
        if len(self.suspension_reason) > REASON_MAX or CONTROLS.search(self.suspension_reason):
            raise SpecError(f"suspension_reason: at most {REASON_MAX} characters, no control characters")
        if len(self.ssh_keys) > KEYS_MAX:
            raise SpecError(f"ssh_keys: at most {KEYS_MAX}")
        for key in self.ssh_keys:
            if not re.fullmatch(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]{40,1400}", key):
                raise SpecError("ssh_keys: one is not a bare OpenSSH public key")

    @property
    def application(self) -> str | None:
        """The folder of an application that shows its own `public` alone, as frameworks want it; None without one."""
        folder, _, shown = self.document_root.rpartition("/")
        return folder if folder and shown == "public" else None

    @property
    def opens_files(self) -> bool:
        """Whether its owner comes in by SFTP."""
        return self.state is State.ACTIVE or (self.state is State.SUSPENDED and self.cleaning)

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces; equal specs give equal text."""
        data = dataclasses.asdict(self)
        for name in ("public_storage", "cleaning"):
            if not data[name]:  # agents from before it refuse what they do not know
                del data[name]
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> HostingSpec:
        """Read what `to_json` wrote (already parsed). Raises `SpecError` for unknown or wrong fields."""
        try:
            values = dict(data)
            values["limits"] = Limits(**values.get("limits", {}))
            values["php"] = PhpSettings(**values.get("php", {}))
            values["cron"] = tuple(CronJob(**job) for job in values.get("cron", ()))
            values["domains"] = tuple(values["domains"])
            values["custom_domains"] = tuple(values.get("custom_domains", ()))
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


def _check_php(php: PhpSettings) -> None:
    _check_number("php.upload_mb", php.upload_mb, UPLOAD_MB)
    if php.memory_mb is not None:
        _check_number("php.memory_mb", php.memory_mb, MEMORY_MB)
    if php.seconds is not None:
        _check_number("php.seconds", php.seconds, SECONDS)
    if php.timezone not in TIMEZONES:
        raise SpecError(f"php.timezone: {php.timezone!r}")


def _check_cron_job(job: CronJob) -> None:
    if not SCRIPT.fullmatch(job.script):
        raise SpecError(f"cron: {job.script!r} is no script below public or private")
    if (job.minutes is None) is (job.at is None):
        raise SpecError("cron: either minutes or a time of day")
    if job.minutes is not None:
        _check_number("cron.minutes", job.minutes, range(min(EVERY_MINUTES), max(EVERY_MINUTES) + 1))
        if job.minutes not in EVERY_MINUTES:
            raise SpecError(f"cron: every {job.minutes} minutes")
    if job.at is not None and not TIME.fullmatch(job.at):
        raise SpecError(f"cron: at {job.at!r}")
    if job.weekday is not None and (job.at is None or job.weekday not in WEEKDAYS):
        raise SpecError(f"cron: on {job.weekday!r}")


def _check_number(name: str, value: object, bounds: range) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value not in bounds:
        raise SpecError(f"{name}: {value!r}, not between {bounds.start} and {bounds.stop - 1}")


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
    """The passwords of one hosting that are to be set, made on our side; one that is None stays as it is.

    That of its pages is for a hosting that is `team_only`.
    """

    sftp_password: Secret | None = None
    database_password: Secret | None = None
    page_password: Secret | None = None
