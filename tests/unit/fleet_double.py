"""A fleet that stands for no server: each question that a test gives no answer to is a failed test.

It is the whole of `provisioning.fleet`, so that mypy holds it against what the office may ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Self

from provisioning.agent.backup.wire import (
    BackupOrder,
    Drilled,
    HeldSnapshots,
    KeepRule,
    Restored,
    SnapshotReason,
    TakenSnapshot,
)
from provisioning.agent.move_request import Move
from provisioning.agent.protocol import Log, Verb, Work
from provisioning.agent.staging.wire import Copy
from provisioning.agent.wordpress.wire import Installation
from provisioning.agent_channel import OnProgress
from provisioning.domain_proof import DomainLook
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.new_login import NewLogin
from provisioning.pages.rules import PageViews
from provisioning.plan import (
    Applied,
    CertificateReport,
    Dumped,
    Loaded,
    PendingUpdates,
    Plan,
    ServerFacts,
    Usage,
)
from provisioning.scan_report import ScanReport
from provisioning.server_address import ServerAddress
from provisioning.spec import HostingSecrets, HostingSpec
from provisioning.uptime import Availability
from provisioning.usage_report import Measurement
from provisioning.verification.owner_session import OwnerSession, owner_endpoint
from provisioning.verification.verify import Check, Verification


class UnpretendedError(AssertionError):
    """Something was asked that this test gives no answer to."""


class FleetDouble:
    """Servers, what the world sees of them and their backups in one, for a test to give the answers that it needs."""

    @property
    def outside(self) -> Self:
        return self

    @property
    def backups(self) -> Self:
        return self

    async def aclose(self) -> None:
        """Nothing is open."""

    async def facts(self, server: ServerAddress) -> ServerFacts:
        raise UnpretendedError("facts")

    async def plan(self, server: ServerAddress, spec: HostingSpec) -> Plan:
        raise UnpretendedError("plan")

    async def apply(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        secrets: HostingSecrets | None,
        *,
        request_id: str,
        plan_hash: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Applied:
        raise UnpretendedError("apply")

    async def apply_many(
        self, server: ServerAddress, works: Sequence[Work], *, on_progress: OnProgress | None = None
    ) -> list[Applied | ProvisioningError]:
        raise UnpretendedError("apply_many")

    async def certificates(self, server: ServerAddress) -> CertificateReport:
        raise UnpretendedError("certificates")

    async def updates(self, server: ServerAddress) -> PendingUpdates:
        raise UnpretendedError("updates")

    async def tidy(self, server: ServerAddress) -> list[str]:
        raise UnpretendedError("tidy")

    async def move(self, server: ServerAddress, verb: Verb, spec: HostingSpec, move: Move) -> dict[str, Any]:
        raise UnpretendedError("move")

    async def copy(self, server: ServerAddress, spec: HostingSpec, copy: Copy, *, request_id: str) -> dict[str, Any]:
        raise UnpretendedError("copy")

    async def renew_login(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> NewLogin:
        raise UnpretendedError("renew_login")

    async def usage(self, server: ServerAddress, spec: HostingSpec) -> Usage:
        raise UnpretendedError("usage")

    async def measure(self, server: ServerAddress, first_day: dt.date) -> Measurement:
        raise UnpretendedError("measure")

    async def log(self, server: ServerAddress, spec: HostingSpec, *, log: Log = Log.AGENT, lines: int = 200) -> str:
        raise UnpretendedError("log")

    async def scan(self, server: ServerAddress, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        raise UnpretendedError("scan")

    async def dump(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> Dumped:
        raise UnpretendedError("dump")

    async def load(self, server: ServerAddress, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        raise UnpretendedError("load")

    async def fetch(self, server: ServerAddress, spec: HostingSpec, file: str, *, most: int) -> bytes | None:
        raise UnpretendedError("fetch")

    async def install(
        self, server: ServerAddress, spec: HostingSpec, installation: Installation, *, request_id: str
    ) -> str:
        raise UnpretendedError("install")

    def owner_session(self, server: Any, spec: HostingSpec, secrets: HostingSecrets | None) -> OwnerSession:
        """Return one that logs in nowhere."""
        return OwnerSession(owner_endpoint("192.0.2.10", 22, "", spec), spec, None)

    async def verify(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        secrets: HostingSecrets | None,
        *,
        dns: str,
        dns_port: int = 53,
        addresses: tuple[str, ...] = (),
        neighbours: tuple[str, ...] = (),
        authorities: Path | None = None,
        session: OwnerSession | None = None,
        is_new: bool = True,
    ) -> Verification:
        raise UnpretendedError("verify")

    async def front_page_status(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> int:
        raise UnpretendedError("front_page_status")

    async def availability(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        dns: str,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> Availability:
        raise UnpretendedError("availability")

    async def tour(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> list[PageViews]:
        raise UnpretendedError("tour")

    async def check_page_served(self, server: ServerAddress, spec: HostingSpec, *, before: int = 200) -> None:
        raise UnpretendedError("check_page_served")

    async def custom_domain(
        self, domain: str, token: str, *, addresses: Collection[str], aliases: Collection[str]
    ) -> DomainLook:
        raise UnpretendedError("custom_domain")

    async def examine(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> tuple[Check, ...]:
        raise UnpretendedError("examine")

    async def snapshot(
        self, server: ServerAddress, spec: HostingSpec, reason: SnapshotReason, *, order_id: str
    ) -> TakenSnapshot:
        raise UnpretendedError("snapshot")

    async def restore(self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, *, order_id: str) -> Restored:
        raise UnpretendedError("restore")

    async def drill(self, server: ServerAddress, spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        raise UnpretendedError("drill")

    async def snapshots(self, server: ServerAddress, spec: HostingSpec) -> HeldSnapshots:
        raise UnpretendedError("snapshots")

    async def forget(self, server: ServerAddress, keeps: Sequence[KeepRule]) -> dict[str, tuple[str, ...]]:
        raise UnpretendedError("forget")


def _is_whole(double: FleetDouble) -> Fleet:
    """Let mypy hold the double against the port."""
    return double
