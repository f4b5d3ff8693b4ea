"""Carries a hosting's content from one server to another, piece by piece and chunk by chunk, by way of this machine.

Nothing is kept here: how far a piece has come is asked of the server it goes to, so what is asked again goes on there.
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Awaitable, Callable

from provisioning.agent.move_request import Move, Piece
from provisioning.agent.protocol import Verb
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec


class CalledOffError(Exception):
    """Nobody wants the content over there any more."""


async def always() -> bool:
    """Want it to the end."""
    return True


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContentTransfer:
    """From where to where the content of one hosting goes; `move_id` (a UUID) names the move for ever.

    Before each chunk it is asked whether that is still `wanted`.
    """

    fleet: Fleet
    move_id: str
    spec: HostingSpec
    source: ServerAddress
    target: ServerAddress
    wanted: Callable[[], Awaitable[bool]] = always

    async def carry(self, piece: Piece) -> int:
        """Bring a piece over and put it into the hosting there; return its bytes.

        Raises `ProvisioningError`, `CalledOffError`.
        """
        asked = Move(id=self.move_id, piece=piece)
        packed = await self.fleet.move(self.source, Verb.PACK, self.spec, asked)
        await self._bring(asked, int(packed["size"]))
        whole = dataclasses.replace(asked, sha256=str(packed["sha256"]), logins=dict(packed["logins"]))
        await self.fleet.move(self.target, Verb.UNPACK, self.spec, whole)
        return int(packed["size"])

    async def _bring(self, asked: Move, size: int) -> None:
        there = int((await self.fleet.move(self.target, Verb.TAKE, self.spec, asked))["size"])
        while there < size:
            if not await self.wanted():
                raise CalledOffError(self.move_id)
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
