"""Carries a hosting's content from one server to another, piece by piece and chunk by chunk, by way of this machine.

Nothing is kept here: how far a piece has come is asked of the server it goes to, so what is asked again goes on there.
"""

from __future__ import annotations

import base64
import dataclasses

from provisioning.agent.move_request import Move, Piece
from provisioning.agent.protocol import Verb
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContentTransfer:
    """From where to where the content of one hosting goes; `move_id` (a UUID) names the move for ever."""

    fleet: Fleet
    move_id: str
    spec: HostingSpec
    source: ServerAddress
    target: ServerAddress

    async def carry(self, piece: Piece) -> int:
        """Bring a piece over and put it into the hosting there; return its bytes. Raises `ProvisioningError`."""
        asked = Move(id=self.move_id, piece=piece)
        packed = await self.fleet.move(self.source, Verb.PACK, self.spec, asked)
        await self._bring(asked, int(packed["size"]))
        whole = dataclasses.replace(asked, sha256=str(packed["sha256"]), logins=dict(packed["logins"]))
        await self.fleet.move(self.target, Verb.UNPACK, self.spec, whole)
        return int(packed["size"])

    async def _bring(self, asked: Move, size: int) -> None:
        there = int((await self.fleet.move(self.target, Verb.TAKE, self.spec, asked))["size"])
        while there < size:
            at = dataclasses.replace(asked, offset=there)
            data = base64.b64decode((await self.fleet.move(self.source, Verb.GIVE, self.spec, at))["data"])
            if not data:
                detail = f"{asked.piece} ended at {there} of {size} bytes"
                raise ProvisioningError(ErrorCode.STEP_FAILED, detail, step="move")
            taken = await self.fleet.move(self.target, Verb.TAKE, self.spec, dataclasses.replace(at, data=data))
            there = int(taken["size"])

    async def forget(self) -> None:
        """Take away what the servers keep of the move. Raises `ProvisioningError`."""
        for server in (self.source, self.target):
            await self.fleet.move(server, Verb.DROP, self.spec, Move(id=self.move_id, piece=Piece.FILES))
