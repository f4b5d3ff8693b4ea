"""The fleet of servers with agents on them, each asked over one connection that stays open. Built once."""

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
from provisioning.agent_backups import AgentBackups
from provisioning.agent_channel import AgentChannel, OnProgress, read
from provisioning.connection import Endpoint, Login
from provisioning.domain_proof import Network
from provisioning.fleet import ProvisioningError
from provisioning.new_login import NewLogin
from provisioning.outside import Outside
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
from provisioning.spec import HostingSecrets, HostingSpec, Secret
from provisioning.usage_report import Measurement

BOT_ACCOUNT = "layanan"


class AgentFleet:
    """`provisioning.fleet.Fleet` says what each of these promises."""

    def __init__(self, private_key: Secret, resolvers: Sequence[str] = (), inner: Sequence[Network] = ()) -> None:
        """`private_key` is the bot's own, in OpenSSH's format, without a passphrase; the others as in `Outside`."""
        self.outside = Outside(resolvers, inner)
        self.backups = AgentBackups(self._ask)
        self._login = Login(private_key=private_key)
        self._channels: dict[ServerAddress, AgentChannel] = {}

    async def facts(self, server: ServerAddress) -> ServerFacts:
        return read(ServerFacts.from_data, await self._ask(server, Request(id=_new_id(), verb=Verb.FACTS)))

    async def plan(self, server: ServerAddress, spec: HostingSpec) -> Plan:
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
        work = Work(id=request_id, spec=spec, secrets=secrets, plan_hash=plan_hash)
        (answer,) = await self.apply_many(server, [work], on_progress=on_progress)
        if isinstance(answer, ProvisioningError):
            raise answer
        return answer

    async def apply_many(
        self, server: ServerAddress, works: Sequence[Work], *, on_progress: OnProgress | None = None
    ) -> list[Applied | ProvisioningError]:
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
        request = Request(id=_new_id(), verb=Verb.CERTIFICATES)
        return read(CertificateReport.from_data, await self._ask(server, request))

    async def updates(self, server: ServerAddress) -> PendingUpdates:
        request = Request(id=_new_id(), verb=Verb.UPDATES)
        return read(PendingUpdates.from_data, await self._ask(server, request))

    async def tidy(self, server: ServerAddress) -> list[str]:
        return read(lambda data: list(data["taken"]), await self._ask(server, Request(id=_new_id(), verb=Verb.TIDY)))

    async def move(self, server: ServerAddress, verb: Verb, spec: HostingSpec, move: Move) -> dict[str, Any]:
        return await self._ask(server, Request(id=_new_id(), verb=verb, spec=spec, move=move))

    async def copy(self, server: ServerAddress, spec: HostingSpec, copy: Copy, *, request_id: str) -> dict[str, Any]:
        return await self._ask(server, Request(id=request_id, verb=Verb.COPY, spec=spec, copy=copy))

    async def renew_login(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> NewLogin:
        request = Request(id=request_id, verb=Verb.RENEW_LOGIN, spec=spec)
        return read(NewLogin.from_data, await self._ask(server, request))

    async def usage(self, server: ServerAddress, spec: HostingSpec) -> Usage:
        request = Request(id=_new_id(), verb=Verb.USAGE, spec=spec)
        return read(Usage.from_data, await self._ask(server, request))

    async def measure(self, server: ServerAddress, first_day: dt.date) -> Measurement:
        request = Request(id=_new_id(), verb=Verb.MEASURE, first_day=first_day)
        return read(Measurement.from_data, await self._ask(server, request))

    async def log(self, server: ServerAddress, spec: HostingSpec, *, log: Log = Log.AGENT, lines: int = 200) -> str:
        request = Request(id=_new_id(), verb=Verb.LOG, spec=spec, lines=lines, log=log)
        return read(lambda data: "\n".join(data["lines"]), await self._ask(server, request))

    async def scan(self, server: ServerAddress, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        request = Request(id=_new_id(), verb=Verb.SCAN, spec=spec, since=since, after=after)
        return read(ScanReport.from_data, await self._ask(server, request))

    async def dump(self, server: ServerAddress, spec: HostingSpec, *, request_id: str) -> Dumped:
        request = Request(id=request_id, verb=Verb.DUMP, spec=spec)
        return read(lambda data: Dumped(**data), await self._ask(server, request))

    async def load(self, server: ServerAddress, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        request = Request(id=request_id, verb=Verb.LOAD, spec=spec, file=file)
        return read(lambda data: Loaded(**data), await self._ask(server, request))

    async def fetch(self, server: ServerAddress, spec: HostingSpec, file: str, *, most: int) -> bytes | None:
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
        request = Request(id=request_id, verb=Verb.INSTALL, spec=spec, installation=installation)
        return read(lambda data: str(data["release"]), await self._ask(server, request))

    async def aclose(self) -> None:
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
