"""The backups on servers, ordered of their agents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from provisioning.agent.backup.wire import (
    BackupAction,
    BackupOrder,
    Drilled,
    HeldSnapshots,
    KeepRule,
    Restored,
    SnapshotReason,
    TakenSnapshot,
)
from provisioning.agent.protocol import Request, Verb
from provisioning.agent_channel import OnProgress, read
from provisioning.server_address import ServerAddress
from provisioning.spec import HostingSpec


class Ask(Protocol):
    """Asks a server's agent."""

    async def __call__(
        self, server: ServerAddress, request: Request, on_progress: OnProgress | None = None
    ) -> dict[str, Any]:
        """Return the answer. Raises `ServerError`."""


class AgentBackups:
    """`provisioning.fleet.ServerBackups` says what each of these promises."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def snapshot(
        self, server: ServerAddress, spec: HostingSpec, reason: SnapshotReason, *, order_id: str
    ) -> TakenSnapshot:
        order = BackupOrder(deed=BackupAction.SNAPSHOT, reason=reason)
        return read(TakenSnapshot.from_data, await self._order(server, spec, order, order_id))

    async def restore(self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, *, order_id: str) -> Restored:
        return read(Restored.from_data, await self._order(server, spec, order, order_id))

    async def drill(self, server: ServerAddress, spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        order = BackupOrder(deed=BackupAction.DRILL, snapshot=snapshot)
        return read(Drilled.from_data, await self._order(server, spec, order, order_id))

    async def snapshots(self, server: ServerAddress, spec: HostingSpec) -> HeldSnapshots:
        answer = await self._order(server, spec, BackupOrder(deed=BackupAction.LIST), str(uuid.uuid4()))
        return read(HeldSnapshots.from_data, answer)

    async def forget(self, server: ServerAddress, keeps: Sequence[KeepRule]) -> dict[str, tuple[str, ...]]:
        answer = await self._ask(server, Request(id=str(uuid.uuid4()), verb=Verb.FORGET, keeps=tuple(keeps)))
        return read(lambda data: {slug: tuple(ids) for slug, ids in data["left"].items()}, answer)

    async def _order(
        self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, order_id: str
    ) -> dict[str, Any]:
        answer = await self._ask(server, Request(id=order_id, verb=Verb.BACKUP, spec=spec, backup=order))
        return {name: value for name, value in answer.items() if name != "replayed"}
