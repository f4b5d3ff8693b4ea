"""The data and configuration of one hosting, as letters tell them (SOP steps 7 to 9). Never a password."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.spec import Kind, Limits
from workflows import words
from workflows.letters.encoding import fields_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """The hosting's one database (MariaDB); `host` and `port` as seen from the application."""

    name: str
    account: str
    host: str = "localhost"
    port: int = 3306


@dataclasses.dataclass(frozen=True, kw_only=True)
class SftpAccess:
    """Where files are put; `fingerprint` is the server's host key (SHA256:…), which the OPD compares at first login."""

    host: str
    account: str
    port: int = 22
    fingerprint: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Certificate:
    """The certificate that the address shows; `issuer` in words of the office."""

    issuer: str
    valid_until: dt.date | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Configuration:
    """One hosting as it stands on its server. `addresses[0]` is the primary host name, without scheme."""

    application: str
    addresses: tuple[str, ...]
    server: str
    ip: str
    kind: Kind
    php_version: str | None
    document_root: str
    database: DatabaseAccess | None
    sftp: SftpAccess
    package: str
    limits: Limits
    certificate: Certificate

    def facts(self) -> dict[str, object]:
        """Give the template the limits as words with units; database limits only where there is a database."""
        return fields_of(self) | {"limits": self._limits()}

    def _limits(self) -> dict[str, str]:
        limits = self.limits
        shown = {
            "disk": words.megabytes(limits.disk_mb),
            "inodes": words.number(limits.inodes),
            "bandwidth": words.bandwidth(limits.bandwidth_kbit),
        }
        if self.kind is Kind.PHP:
            shown |= {
                "memory": words.megabytes(limits.memory_mb),
                "cpu": words.number(limits.cpu_percent),
                "php_workers": words.number(limits.php_workers),
            }
        if self.database is not None:
            shown |= {
                "database": words.megabytes(limits.database_mb),
                "database_connections": words.number(limits.database_connections),
            }
        return shown


@dataclasses.dataclass(frozen=True, kw_only=True)
class Usage:
    """What a hosting takes at one moment; sizes in bytes, `traffic` since the first of the month."""

    measured_at: dt.datetime
    disk: int
    inodes: int
    database: int | None = None
    traffic: int | None = None

    def facts(self) -> dict[str, object]:
        """Give the template sizes as words."""
        return {
            "measured_at": self.measured_at,
            "disk": words.size(self.disk),
            "inodes": words.number(self.inodes),
            "database": None if self.database is None else words.size(self.database),
            "traffic": None if self.traffic is None else words.size(self.traffic),
        }
