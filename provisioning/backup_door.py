"""The office's way to the backups on its servers; a part of `Fleet`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

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
from provisioning.outside import ServerAddress
from provisioning.spec import HostingSpec


class BackupDoor:
    """Orders about backups. Each order's id names it for ever: asked again, it is answered and not done twice."""

    async def _ask(
        self, server: ServerAddress, request: Request, on_progress: OnProgress | None = None
    ) -> dict[str, Any]:
        raise NotImplementedError

    async def snapshot(
        self, server: ServerAddress, spec: HostingSpec, reason: SnapshotReason, *, order_id: str
    ) -> TakenSnapshot:
        """Take a snapshot of a hosting's files and database. Raises `ServerError`."""
        order = BackupOrder(deed=BackupAction.SNAPSHOT, reason=reason)
        return read(TakenSnapshot.from_data, await self._order(server, spec, order, order_id))

    async def restore(self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, *, order_id: str) -> Restored:
        """Give back what a snapshot holds; what that replaces is kept first. Raises `ServerError`."""
        return read(Restored.from_data, await self._order(server, spec, order, order_id))

    async def drill(self, server: ServerAddress, spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        """Try a snapshot out without touching the hosting. Raises `ServerError`."""
        order = BackupOrder(deed=BackupAction.DRILL, snapshot=snapshot)
        return read(Drilled.from_data, await self._order(server, spec, order, order_id))

    async def snapshots(self, server: ServerAddress, spec: HostingSpec) -> HeldSnapshots:
        """Return what the repository holds of a hosting now; nobody's turn is waited for. Raises `ServerError`."""
        answer = await self._order(server, spec, BackupOrder(deed=BackupAction.LIST), str(uuid.uuid4()))
        return read(HeldSnapshots.from_data, answer)

    async def forget(self, server: ServerAddress, keeps: Sequence[KeepRule]) -> dict[str, tuple[str, ...]]:
        """Let go of old snapshots and return those that are left, by hosting. Raises `ServerError`."""
        answer = await self._ask(server, Request(id=str(uuid.uuid4()), verb=Verb.FORGET, keeps=tuple(keeps)))
        return read(lambda data: {slug: tuple(ids) for slug, ids in data["left"].items()}, answer)

    async def _order(
        self, server: ServerAddress, spec: HostingSpec, order: BackupOrder, order_id: str
    ) -> dict[str, Any]:
        answer = await self._ask(server, Request(id=order_id, verb=Verb.BACKUP, spec=spec, backup=order))
        return {name: value for name, value in answer.items() if name != "replayed"}
