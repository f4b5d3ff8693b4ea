"""The steps of a move: what is asked of which server, to be asked again after whatever cut it off.

What is asked is named by the move and the step, so the agent answers a repetition from its journal.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Mapping

from provisioning.agent.move_request import Piece
from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.moving import ContentTransfer, always
from provisioning.outside import OK, is_well
from provisioning.plan import Applied, ErrorCode
from provisioning.spec import HostingSpec, State
from workflows import servers
from workflows.hosting import suspension
from workflows.jobs.outcome import Success
from workflows.letters.fixed_words import fixed_words
from workflows.moving.rules import Phase
from workflows.office import Office
from workflows.store.tables import Hosting, Move, Server, Suspension


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoveInput:
    """A move with all that its step needs, read in one transaction."""

    office: Office
    move: Move
    hosting: Hosting
    source: Server
    target: Server
    closing: Suspension | None = None  # which waits for the end of the move: no server opens the site any more
    wanted: Callable[[], Awaitable[bool]] = always  # whether nobody has called the move off

    @property
    def spec(self) -> HostingSpec:
        """The hosting as it is wanted, wherever it stands."""
        spec = self.hosting.spec
        return suspension.closed(spec, self.closing) if self.closing else spec

    @property
    def way(self) -> ContentTransfer:
        """From where to where its content goes."""
        return ContentTransfer(
            fleet=self.office.fleet,
            move_id=self.move.uuid,
            spec=dataclasses.replace(self.spec, elsewhere=True),
            source=servers.address(self.source),
            target=servers.address(self.target),
            wanted=self.wanted,
        )

    @property
    def front_before(self) -> int:
        """The status of the page before the move; a good one where nobody looked, so an error there is not excused."""
        return OK if self.move.front_before is None else self.move.front_before

    async def make(self, at: ServerAddress, step: str, **changed: object) -> Applied:
        """Bring a server to the hosting's spec but for what is `changed`. Raises `ProvisioningError`."""
        name = f"{step}:{self.move.attempt}{':closed' if self.closing else ''}"
        request_id = str(uuid.uuid5(uuid.UUID(self.move.uuid), name))
        spec = dataclasses.replace(self.spec, **changed)  # type: ignore[arg-type]  # the names are of this file
        return await self.office.fleet.apply(at, spec, None, request_id=request_id)


@dataclasses.dataclass(frozen=True)
class Copied:
    """What visitors got while the files were copied: the status of the page."""

    front: int


async def _prepare(task: MoveInput) -> None:
    """Make account, folders and database there; nothing of it runs or is shown yet."""
    await task.make(servers.address(task.target), "prepare", state=State.ARCHIVED, elsewhere=True)


async def _copy(task: MoveInput) -> Copied:
    await task.way.carry(Piece.FILES)
    addresses = task.hosting.served_addresses
    source = servers.address(task.source)
    return Copied(await task.office.fleet.outside.front_page_status(source, task.spec, addresses=addresses))


async def _close(task: MoveInput) -> None:
    reason = str(fixed_words("pemindahan")["alasan"])
    closed = {"state": State.SUSPENDED, "suspension_reason": reason, "elsewhere": True}
    await task.make(servers.address(task.source), "close", **closed)


async def _deliver(task: MoveInput) -> None:
    for piece in (Piece.CHANGES, Piece.DATABASE):
        await task.way.carry(piece)
    await task.make(servers.address(task.target), "open", elsewhere=True)
    if task.spec.state is State.ACTIVE:
        await task.office.fleet.outside.check_page_served(
            servers.address(task.target), task.spec, before=task.front_before
        )


async def _switch(task: MoveInput) -> Success:
    """Lead the names to the target and look at it as the world does; it must answer no worse than before."""
    target, fleet = servers.address(task.target), task.office.fleet
    applied = await task.make(target, "switch")
    addresses = tuple(applied.facts.get("addresses", ()))
    seen = await fleet.outside.verify(
        target, task.spec, None, dns=task.target.name_server, addresses=addresses, is_new=False
    )
    if not seen.ok:
        raise ProvisioningError(ErrorCode.STEP_FAILED, seen.said, step="verify")
    if task.spec.state is State.ACTIVE and is_well(task.front_before):
        status = await fleet.outside.front_page_status(target, task.spec, addresses=addresses)
        if not is_well(status):
            raise ProvisioningError(ErrorCode.STEP_FAILED, f"the page answers {status}", step="verify")
    return Success(applied=applied, verification=seen, usage=applied.usage)


async def _clean(task: MoveInput) -> None:
    """Remove what stood on the source, a week later; its names are left alone."""
    await task.way.forget()
    await task.make(servers.address(task.source), "clean", state=State.REMOVED, elsewhere=True)


async def _undo(task: MoveInput) -> None:
    """Open the source again, then take away what was made on the target."""
    await task.make(servers.address(task.source), "reopen")
    await task.make(servers.address(task.target), "take_away", state=State.REMOVED, elsewhere=True)
    await task.way.forget()


STEPS: Mapping[Phase, Callable[[MoveInput], Awaitable[Copied | Success | None]]] = {
    Phase.AGREED: _prepare,
    Phase.PREPARED: _copy,
    Phase.COPIED: _close,
    Phase.CLOSED: _deliver,
    Phase.DELIVERED: _switch,
    Phase.RESTING: _clean,
    Phase.UNDOING: _undo,
}
"""What is done in each phase, to get to the next."""
