"""What a server's agent may do: `/etc/layanan/agent.json`, written at enrolment, root's own (0600)."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import Secret, SpecError, check_domain

ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
UID_FLOOR, UID_CEILING = 10_000, 60_000  # between the accounts of people and nobody (Debian Policy 9.2.2)


class ConfigError(ValueError):
    """The agent's configuration is wrong; the message names the field."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DnsConfig:
    """The primary name server that takes RFC 2136 updates, and our TSIG key (RFC 8945; secret in base64)."""

    server: str
    key_name: str
    secret: Secret
    algorithm: str = "hmac-sha256"
    port: int = 53

    def __post_init__(self) -> None:
        """Raise `ConfigError` for any value that could leave its line in `nsupdate`'s input."""
        _address(self.server)
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", self.key_name):
            raise ConfigError("dns.key_name")
        if self.algorithm not in ALGORITHMS:
            raise ConfigError(f"dns.algorithm: one of {', '.join(ALGORITHMS)}")
        if not re.fullmatch(r"[A-Za-z0-9+/=]{16,200}", self.secret.reveal()):
            raise ConfigError("dns.secret: not base64")
        if not 0 < self.port < 65536:
            raise ConfigError("dns.port")


@dataclasses.dataclass(frozen=True, kw_only=True)
class WildcardFiles:
    """Where a zone's wildcard certificate (with its chain) and key lie, in PEM."""

    certificate: str
    key: str

    def __post_init__(self) -> None:
        """Raise `ConfigError` unless both are plain absolute paths."""
        for path in (self.certificate, self.key):
            if not re.fullmatch(r"(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+", path):
                raise ConfigError(f"wildcards: {path!r} is not a plain absolute path")


@dataclasses.dataclass(frozen=True, kw_only=True)
class AcmeConfig:
    """The authority that certificates are ordered from (RFC 8555), whose terms the office has agreed to.

    `authority` is a PEM file with the issuer of the directory's own certificate, where the system does not know it.
    """

    directory: str
    contact: str
    authority: str | None = None

    def __post_init__(self) -> None:
        """Raise `ConfigError` for any value that could leave its place in Apache's configuration."""
        if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?", self.directory):
            raise ConfigError("acme.directory: not a plain https address")
        if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", self.contact):
            raise ConfigError("acme.contact: not an e-mail address")
        if self.authority is not None and not re.fullmatch(r"(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+", self.authority):
            raise ConfigError("acme.authority: not a plain absolute path")


@dataclasses.dataclass(frozen=True, kw_only=True)
class AgentConfig:
    """The bounds of one server. `uplink_kbit` is the bandwidth of its Internet line (1 kbit = 1000 bits)."""

    zones: tuple[str, ...]
    addresses_shared: tuple[str, ...]
    addresses_dedicated: tuple[str, ...] = ()
    dns: DnsConfig | None = None
    wildcards: Mapping[str, WildcardFiles] = dataclasses.field(default_factory=dict)
    acme: AcmeConfig | None = None
    uid_first: int = 20_000
    uid_last: int = 29_999
    uplink_kbit: int = 100_000

    def __post_init__(self) -> None:
        """Raise `ConfigError` for the first wrong field."""
        for zone in (*self.zones, *self.wildcards):
            try:
                check_domain(zone)
            except SpecError as error:
                raise ConfigError(f"zones: {error}") from error
        if not self.addresses_shared:
            raise ConfigError("addresses_shared: at least one is needed")
        for address in (*self.addresses_shared, *self.addresses_dedicated):
            _address(address)
        if not UID_FLOOR <= self.uid_first <= self.uid_last <= UID_CEILING:
            raise ConfigError(f"uid_first, uid_last: between {UID_FLOOR} and {UID_CEILING}")
        if self.uplink_kbit <= 0:
            raise ConfigError("uplink_kbit")

    def to_json(self) -> str:
        """Return the file's content; it holds the TSIG secret."""
        data: dict[str, Any] = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        data["wildcards"] = {zone: dataclasses.asdict(files) for zone, files in self.wildcards.items()}
        data["acme"] = None if self.acme is None else dataclasses.asdict(self.acme)
        if self.dns is not None:
            data["dns"] = {f.name: getattr(self.dns, f.name) for f in dataclasses.fields(self.dns)}
            data["dns"]["secret"] = self.dns.secret.reveal()
        return json.dumps(data, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> AgentConfig:
        """Read what `to_json` wrote (already parsed). Raises `ConfigError`."""
        try:
            values = dict(data)
            for name in ("zones", "addresses_shared", "addresses_dedicated"):
                values[name] = tuple(values.get(name, ()))
            if values.get("dns") is not None:
                values["dns"] = DnsConfig(**{**values["dns"], "secret": Secret(values["dns"]["secret"])})
            wildcards = values.get("wildcards", {})
            values["wildcards"] = {zone: WildcardFiles(**files) for zone, files in wildcards.items()}
            values["acme"] = None if values.get("acme") is None else AcmeConfig(**values["acme"])
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ConfigError(str(error)) from error


def load(path: Path) -> AgentConfig:
    """Read the configuration. Raises `ServerError` (`NOT_CONFIGURED`)."""
    try:
        return AgentConfig.from_data(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ServerError(ErrorCode.NOT_CONFIGURED, f"{path}: {error}", step="config") from error


def _address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise ConfigError(f"not an IP address: {text!r}") from error
