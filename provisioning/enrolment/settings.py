"""What an engineer decides about a new server, checked before anything is sent there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from provisioning.agent import names
from provisioning.agent.config import AcmeConfig, AgentConfig, ConfigError, DnsConfig, WildcardFiles
from provisioning.spec import Secret

ACME_AUTHORITY = str(names.TLS_DIR / "acme-authority.pem")
PUBLIC_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]{40,1400}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wildcard:
    """A zone's wildcard certificate with its chain, and its key, in PEM."""

    certificate_pem: str
    key_pem: Secret


@dataclasses.dataclass(frozen=True, kw_only=True)
class Acme:
    """Where certificates are ordered (RFC 8555 directory), for whom, and who signs that place's own certificate."""

    directory: str
    contact: str
    authority_pem: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class EnrollSettings:
    """What a new server is told. `uplink_kbit` in units of 1000 bits a second; `php_versions` like `("8.2",)`.

    Without `php_versions` the distribution's own PHP is used.
    """

    bot_public_key: str
    zones: tuple[str, ...]
    addresses_shared: tuple[str, ...]
    addresses_dedicated: tuple[str, ...] = ()
    dns: DnsConfig | None = None
    wildcards: Mapping[str, Wildcard] = dataclasses.field(default_factory=dict)
    acme: Acme | None = None
    uplink_kbit: int = 100_000
    uid_first: int = 20_000
    uid_last: int = 29_999
    php_versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ConfigError` for what could not stand in a server's files."""
        if not PUBLIC_KEY.fullmatch(self.bot_public_key):
            raise ConfigError("bot_public_key: not a bare OpenSSH public key")
        if not all(re.fullmatch(r"[78]\.[0-9]{1,2}", version) for version in self.php_versions):
            raise ConfigError("php_versions")
        self.agent_config()

    def agent_config(self) -> AgentConfig:
        """Return the agent's configuration file as data. Raises `ConfigError`."""
        wildcards = {
            zone: WildcardFiles(certificate=wildcard_path(zone, "pem"), key=wildcard_path(zone, "key"))
            for zone in self.wildcards
        }
        acme = None
        if self.acme is not None:
            authority = None if self.acme.authority_pem is None else ACME_AUTHORITY
            acme = AcmeConfig(directory=self.acme.directory, contact=self.acme.contact, authority=authority)
        return AgentConfig(
            zones=self.zones,
            addresses_shared=self.addresses_shared,
            addresses_dedicated=self.addresses_dedicated,
            dns=self.dns,
            wildcards=wildcards,
            acme=acme,
            uid_first=self.uid_first,
            uid_last=self.uid_last,
            uplink_kbit=self.uplink_kbit,
        )


def wildcard_path(zone: str, suffix: str) -> str:
    """Return where a zone's wildcard certificate (`pem`) or its key (`key`) lies on a server."""
    return str(names.TLS_DIR / f"wildcard-{zone}.{suffix}")
