"""The office's way to its servers: facts, plan, apply, verify, log. Built once, keeps one connection a server.

Nothing here knows cases, people or chats; results are values, refusals are `ProvisioningError`.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent.move_request import Move
from provisioning.agent.protocol import WORKS_MAX, Log, Request, Verb, Work
from provisioning.agent.staging.wire import Copy
from provisioning.agent.wordpress.wire import Installation
from provisioning.agent_channel import AgentChannel, OnProgress, read
from provisioning.backup_door import BackupDoor
from provisioning.connection import Endpoint, Login
from provisioning.domain_proof import Network
from provisioning.outside import Outside
from provisioning.outside import ServerAddress as ServerAddress  # noqa: PLC0414 - a server is asked for here
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
from provisioning.spec import HostingSecrets, HostingSpec, Secret
from provisioning.usage_report import Measurement

BOT_ACCOUNT = "layanan"
ProvisioningError = ServerError  # the name the office knows: `code`, `step`, `detail`, `left`


class Fleet(Outside, BackupDoor):
    """All servers, each over one connection that stays open; safe to call from many tasks at once."""

    def __init__(self, private_key: Secret, resolvers: Sequence[str] = (), inner: Sequence[Network] = ()) -> None:
        """`private_key` is the bot's own, in OpenSSH's format, without a passphrase; the others as in `Outside`."""
        super().__init__(resolvers, inner)
        self._login = Login(private_key=private_key)
        self._channels: dict[ServerAddress, AgentChannel] = {}

    async def facts(self, server: ServerAddress) -> ServerFacts:
        """Return the server's live data (SOP step 4). Raises `ProvisioningError`."""
        return read(ServerFacts.from_data, await self._ask(server, Request(id=_new_id(), verb=Verb.FACTS)))

    async def plan(self, server: ServerAddress, spec: HostingSpec) -> Plan:
        """Return what an apply would do now; changes nothing. Raises `ProvisioningError`."""
        request = Request(id=_new_id(), verb=Verb.PLAN, spec=spec)
        return read(lambda data: Plan.from_data(data["plan"]), await self._ask(server, request))

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
        work = Work(id=request_id, spec=spec, secrets=secrets, plan_hash=plan_hash)
        (answer,) = await self.apply_many(server, [work], on_progress=on_progress)
        if isinstance(answer, ProvisioningError):
            raise answer
        return answer

    async def apply_many(
        self, server: ServerAddress, works: Sequence[Work], *, on_progress: OnProgress | None = None
    ) -> list[Applied | ProvisioningError]:
        """Bring the server to several specs at once, with one reload of its services; return one answer a work.

        Each is refused, done or undone by itself. `on_progress` hears of each under its `Progress.work`. Where the
        server cannot be asked, that is the answer to all. No two works may be for one hosting.
        """
        answers: list[Applied | ProvisioningError] = []
        for first in range(0, len(works), WORKS_MAX):
            answers += await self._apply_some(server, works[first : first + WORKS_MAX], on_progress)
        return answers

    async def _apply_some(
        self, server: ServerAddress, works: Sequence[Work], on_progress: OnProgress | None
    ) -> list[Applied | ProvisioningError]:
        request = Request(id=_new_id(), verb=Verb.APPLY, works=tuple(works))
        try:
            return read(
                lambda data: [_answer(data["works"][work.id]) for work in works],
                await self._ask(server, request, on_progress),
            )
        except ProvisioningError as error:
            return [ProvisioningError.from_data(error.to_data()) for _ in works]

    async def certificates(self, server: ServerAddress) -> CertificateReport:
        """Let the server show certificates that wait to be, and return what each hosting shows.

        No connection is lost. Raises `ProvisioningError`.
        """
        request = Request(id=_new_id(), verb=Verb.CERTIFICATES)
        return read(CertificateReport.from_data, await self._ask(server, request))

    async def updates(self, server: ServerAddress) -> PendingUpdates:
        """Return what the server has not taken of its distribution's updates. Raises `ProvisioningError`."""
        request = Request(id=_new_id(), verb=Verb.UPDATES)
        return read(PendingUpdates.from_data, await self._ask(server, request))

    async def tidy(self, server: ServerAddress) -> list[str]:
        """Have taken away what copies left aside more than a day ago; return for which hostings that was.

        Raises `ProvisioningError`.
        """
        return read(lambda data: list(data["taken"]), await self._ask(server, Request(id=_new_id(), verb=Verb.TIDY)))

    async def move(self, server: ServerAddress, verb: Verb, spec: HostingSpec, move: Move) -> dict[str, Any]:
        """Ask about a hosting's content on its way to another server (`provisioning.moving`).

        Raises `ProvisioningError`.
        """
        return await self._ask(server, Request(id=_new_id(), verb=verb, spec=spec, move=move))

    async def copy(self, server: ServerAddress, spec: HostingSpec, copy: Copy, *, request_id: str) -> dict[str, Any]:
        """Do one step of a copy into a hosting, once for a `request_id` (a UUID); return what the agent says of it.

        Raises `ProvisioningError`: NOT_OURS, OVER_QUOTA, FILE_UNFIT, DISK_FULL, MARIADB_REFUSED, STEP_FAILED, TIMEOUT.
        """
        return await self._ask(server, Request(id=request_id, verb=Verb.COPY, spec=spec, copy=copy))

    async def usage(self, server: ServerAddress, spec: HostingSpec) -> Usage:
        """Return what a hosting takes now. Raises `ProvisioningError`."""
        request = Request(id=_new_id(), verb=Verb.USAGE, spec=spec)
        return read(Usage.from_data, await self._ask(server, request))

    async def measure(self, server: ServerAddress, first_day: dt.date) -> Measurement:
        """Return what every hosting of a server takes, and its traffic of `first_day` (WITA) and later days.

        Raises `ProvisioningError`; `BAD_REQUEST` where the agent is older than the question.
        """
        request = Request(id=_new_id(), verb=Verb.MEASURE, first_day=first_day)
        return read(Measurement.from_data, await self._ask(server, request))

    async def log(self, server: ServerAddress, spec: HostingSpec, *, log: Log = Log.AGENT, lines: int = 200) -> str:
        """Return the latest lines about a hosting: the agent's own, for engineers, or those of one of the site's logs.

        In the latter what could open something is masked already. Raises `ProvisioningError`.
        """
        request = Request(id=_new_id(), verb=Verb.LOG, spec=spec, lines=lines, log=log)
        return read(lambda data: "\n".join(data["lines"]), await self._ask(server, request))

    async def scan(self, server: ServerAddress, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        """Look through a hosting's files, those that changed since a moment of the server's clock (0: all).

        `after` is `ScanReport.next` of the part before, "" to begin. Raises `ProvisioningError`.
        """
        request = Request(id=_new_id(), verb=Verb.SCAN, spec=spec, since=since, after=after)
        return read(ScanReport.from_data, await self._ask(server, request))

    async def dump(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> Dumped:
        """Write a hosting's database into a new file in its `private`, once for a `request_id` (a UUID).

        Raises `ProvisioningError`.
        """
        request = Request(id=request_id, verb=Verb.DUMP, spec=spec)
        return read(lambda data: Dumped(**data), await self._ask(server, request))

    async def load(self, server: ServerAddress, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        """Carry out a file of SQL that lies in `private`, once for a `request_id`, with the owner's rights.

        What was cut off is undone and begun anew, what fails is undone. Raises `ProvisioningError`.
        """
        request = Request(id=request_id, verb=Verb.LOAD, spec=spec, file=file)
        return read(lambda data: Loaded(**data), await self._ask(server, request))

    async def fetch(self, server: ServerAddress, spec: HostingSpec, file: str, *, most: int) -> bytes | None:
        """Return a file of SQL that lies in `private`, None where it has more than `most` bytes.

        Raises `ProvisioningError`.
        """
        content = bytearray()
        while True:
            request = Request(id=_new_id(), verb=Verb.FETCH, spec=spec, file=file, offset=len(content))
            data = await self._ask(server, request)
            piece = read(lambda found: (base64.b64decode(found["content"], validate=True), int(found["bytes"])), data)
            if piece[1] > most or len(content) + len(piece[0]) > most:
                return None
            content += piece[0]
            if not piece[0] or len(content) >= piece[1]:
                return bytes(content)

    async def install(
        self, server: ServerAddress, spec: HostingSpec, installation: Installation, *, request_id: str
    ) -> str:
        """Install WordPress into an empty hosting, once for a `request_id` (a UUID); return its release.

        Raises `ProvisioningError`; `NOT_EMPTY` where something lies there, `PACKAGE_UNAVAILABLE` where the server's
        archive does not give it.
        """
        request = Request(id=request_id, verb=Verb.INSTALL, spec=spec, installation=installation)
        return read(lambda data: str(data["release"]), await self._ask(server, request))

    async def aclose(self) -> None:
        """Close every connection."""
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()

    async def _ask(
        self, server: ServerAddress, request: Request, on_progress: OnProgress | None = None
    ) -> dict[str, Any]:
        if server not in self._channels:
            endpoint = Endpoint(host=server.host, port=server.port, host_key=server.host_key, user=BOT_ACCOUNT)
            self._channels[server] = AgentChannel(endpoint, self._login)
        return await self._channels[server].ask(request, on_progress)


def _answer(data: Mapping[str, Any]) -> Applied | ProvisioningError:
    return ProvisioningError.from_data(data["error"]) if "error" in data else Applied.from_data(data["result"])


def _new_id() -> str:
    return str(uuid.uuid4())
