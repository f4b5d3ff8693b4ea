"""What the office asks of its servers: of their agents, of their backups, and of what the world sees of them.

These are the ports; results are values, refusals are `ProvisioningError`. Nothing here knows cases, people or chats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Protocol

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
from provisioning.new_login import NewLogin
from provisioning.pages.rules import PageViews
from provisioning.plan import (
    Applied,
    CertificateReport,
    Dumped,
    Loaded,
    PendingUpdates,
    Plan,
    ServerError,
    ServerFacts,
    Usage,
)
from provisioning.scan_report import ScanReport
from provisioning.server_address import ServerAddress as ServerAddress  # noqa: PLC0414 - a server is asked for here
from provisioning.spec import HostingSecrets, HostingSpec
from provisioning.uptime import Availability
from provisioning.usage_report import Measurement
from provisioning.verification.owner_session import OwnerSession
from provisioning.verification.verify import Check, Verification

ProvisioningError = ServerError  # the name the office knows: `code`, `step`, `detail`, `left`


class OutsideView(Protocol):
    """Hostings as the world sees them, from this machine: no agent is asked."""

    def owner_session(self, server: ServerAddress, spec: HostingSpec, secrets: HostingSecrets | None) -> OwnerSession:
        """Return a context for `verify`, whose login may begin (`arrive`) once the account is made, before the rest."""

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
        """Look at the hosting from outside, over connections of its own with the issued password.

        `dns` is the IP address of the authoritative name server; `addresses` what the names must resolve to where
        the spec has none of its own (the server's by default); `neighbours` are slugs on the same server, whose files
        must be refused; `authorities` a PEM file of trusted issuers; `session` an owner's login that was begun before;
        one that `is_new` holds nothing of its owner's that could answer with an error. Raises `ProvisioningError` only
        if the server's own name is unknown.
        """

    async def front_page_status(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> int:
        """Return the status of the page that visitors get at a hosting's first name, `NO_PAGE` where none comes."""

    async def availability(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        dns: str,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> Availability:
        """Look whether an active hosting is there for the world; the arguments are those of `verify`.

        Raises `ProvisioningError` only if the server's own name is unknown.
        """

    async def tour(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> list[PageViews]:
        """Return pages of an active hosting as visitors and search engines get them (`provisioning.pages.tour`).

        Raises `ProvisioningError` only if the server's own name is unknown.
        """

    async def check_page_served(self, server: ServerAddress, spec: HostingSpec, *, before: int = 200) -> None:
        """See a hosting's page come from that server, wherever its names lead. Raises `ProvisioningError`.

        Where its own application answered with an error `before`, or not at all, the server's certificate is enough.
        """

    async def custom_domain(
        self, domain: str, token: str, *, addresses: Collection[str], aliases: Collection[str]
    ) -> DomainLook:
        """Look whether a domain's owner shows the token, and where it leads (`provisioning.domain_proof`)."""

    async def examine(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> tuple[Check, ...]:
        """Judge a hosting's site as a stranger can (`provisioning.fitness`); the arguments are those of `verify`.

        Raises `ProvisioningError` (`UNREACHABLE`) where no page comes.
        """


class ServerBackups(Protocol):
    """Orders about backups. Each order's id names it for ever: asked again, it is answered and not done twice."""

    async def snapshot(
        self, server: ServerAddress, spec: HostingSpec, reason: SnapshotReason, *, order_id: str
    ) -> TakenSnapshot:
        """Take a snapshot of a hosting's files and database. Raises `ServerError`."""

    async def restore(self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, *, order_id: str) -> Restored:
        """Give back what a snapshot holds; what that replaces is kept first. Raises `ServerError`."""

    async def drill(self, server: ServerAddress, spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        """Try a snapshot out without touching the hosting. Raises `ServerError`."""

    async def snapshots(self, server: ServerAddress, spec: HostingSpec) -> HeldSnapshots:
        """Return what the repository holds of a hosting now; nobody's turn is waited for. Raises `ServerError`."""

    async def forget(self, server: ServerAddress, keeps: Sequence[KeepRule]) -> dict[str, tuple[str, ...]]:
        """Let go of old snapshots and return those that are left, by hosting. Raises `ServerError`."""


class Fleet(Protocol):
    """All servers; safe to be asked from many tasks at once."""

    @property
    def outside(self) -> OutsideView:
        """What the world sees of hostings."""

    @property
    def backups(self) -> ServerBackups:
        """The backups on the servers."""

    async def facts(self, server: ServerAddress) -> ServerFacts:
        """Return the server's live data (SOP step 4). Raises `ProvisioningError`."""

    async def plan(self, server: ServerAddress, spec: HostingSpec) -> Plan:
        """Return what an apply would do now; changes nothing. Raises `ProvisioningError`."""

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
        """Bring the server to `spec`. Raises `ProvisioningError`.

        Passwords are set where `secrets` holds them; without (None, once they are destroyed) they stay as they are.
        `request_id` (a UUID) names this piece of work for ever: asked again, it is answered and not done again.
        With `plan_hash` the work is refused (`PLAN_MOVED`) unless the plan is still the approved one.
        """

    async def apply_many(
        self, server: ServerAddress, works: Sequence[Work], *, on_progress: OnProgress | None = None
    ) -> list[Applied | ProvisioningError]:
        """Bring the server to several specs at once, with one reload of its services; return one answer a work.

        Each is refused, done or undone by itself. `on_progress` hears of each under its `Progress.work`. Where the
        server cannot be asked, that is the answer to all. No two works may be for one hosting.
        """

    async def certificates(self, server: ServerAddress) -> CertificateReport:
        """Let the server show certificates that wait to be, and return what each hosting shows.

        No connection is lost. Raises `ProvisioningError`.
        """

    async def updates(self, server: ServerAddress) -> PendingUpdates:
        """Return what the server has not taken of its distribution's updates. Raises `ProvisioningError`."""

    async def tidy(self, server: ServerAddress) -> list[str]:
        """Have taken away what copies left aside more than a day ago; return for which hostings that was.

        Raises `ProvisioningError`.
        """

    async def move(self, server: ServerAddress, verb: Verb, spec: HostingSpec, move: Move) -> dict[str, Any]:
        """Ask about a hosting's content on its way to another server (`provisioning.moving`).

        Raises `ProvisioningError`.
        """

    async def copy(self, server: ServerAddress, spec: HostingSpec, copy: Copy, *, request_id: str) -> dict[str, Any]:
        """Do one step of a copy into a hosting, once for a `request_id` (a UUID); return what the agent says of it.

        Raises `ProvisioningError`: NOT_OURS, OVER_QUOTA, FILE_UNFIT, DISK_FULL, MARIADB_REFUSED, STEP_FAILED, TIMEOUT.
        """

    async def renew_login(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> NewLogin:
        """Give a hosting's database a password that stands in its own files alone, once for a `request_id` (a UUID).

        Raises `ProvisioningError`: NOT_OURS, FILE_UNFIT, MARIADB_REFUSED, STEP_FAILED, TIMEOUT.
        """

    async def usage(self, server: ServerAddress, spec: HostingSpec) -> Usage:
        """Return what a hosting takes now. Raises `ProvisioningError`."""

    async def measure(self, server: ServerAddress, first_day: dt.date) -> Measurement:
        """Return what every hosting of a server takes, and its traffic of `first_day` (WITA) and later days.

        Raises `ProvisioningError`; `BAD_REQUEST` where the agent is older than the question.
        """

    async def log(self, server: ServerAddress, spec: HostingSpec, *, log: Log = Log.AGENT, lines: int = 200) -> str:
        """Return the latest lines about a hosting: the agent's own, for engineers, or those of one of the site's logs.

        In the latter what could open something is masked already. Raises `ProvisioningError`.
        """

    async def scan(self, server: ServerAddress, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        """Look through a hosting's files, those that changed since a moment of the server's clock (0: all).

        `after` is `ScanReport.next` of the part before, "" to begin. Raises `ProvisioningError`.
        """

    async def dump(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> Dumped:
        """Write a hosting's database into a new file in its `private`, once for a `request_id` (a UUID).

        Raises `ProvisioningError`.
        """

    async def load(self, server: ServerAddress, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        """Carry out a file of SQL that lies in `private`, once for a `request_id`, with the owner's rights.

        What was cut off is undone and begun anew, what fails is undone. Raises `ProvisioningError`.
        """

    async def fetch(self, server: ServerAddress, spec: HostingSpec, file: str, *, most: int) -> bytes | None:
        """Return a file of SQL that lies in `private`, None where it has more than `most` bytes.

        Raises `ProvisioningError`.
        """

    async def install(
        self, server: ServerAddress, spec: HostingSpec, installation: Installation, *, request_id: str
    ) -> str:
        """Install WordPress into an empty hosting, once for a `request_id` (a UUID); return its release.

        Raises `ProvisioningError`; `NOT_EMPTY` where something lies there, `PACKAGE_UNAVAILABLE` where the server's
        archive does not give it.
        """

    async def aclose(self) -> None:
        """Close every connection."""
