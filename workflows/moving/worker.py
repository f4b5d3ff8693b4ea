"""Carrying moves out, one step after another: each may be cut off at any instant, and is done again.

What is asked of a server is named by the move and the step, so the agent answers a repetition from its journal. A step
that keeps failing takes the move back, as long as no visitor can have written on the target.
"""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog

from provisioning.agent.move_request import Piece
from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.moving import ContentTransfer
from provisioning.plan import Applied, ErrorCode
from provisioning.spec import HostingSpec, State
from workflows import isolation, servers, words
from workflows.cases.notify import notice
from workflows.hosting import suspension
from workflows.hosting.backups.ordering import after_move
from workflows.hosting.custom_domains.orders import moved
from workflows.hosting.orders import of_opd
from workflows.isolation import WorkKind, isolated
from workflows.jobs.outcome import Success, kept
from workflows.letters.fixed_words import fixed_words
from workflows.moving.decision import note, show
from workflows.moving.rules import BUSY, KEPT, NEXT, Phase, after_failure, pause, tells_engineers
from workflows.office import Office
from workflows.store import hostings, leases, moves, suspensions
from workflows.store.tables import Hosting, Move, Server, Suspension
from workflows.store.unit_of_work import Database, UnitOfWork

SWEEP_SECONDS = 5.0
LEASE = "moves"
COPIES = Phase.PREPARED  # the phase whose step copies all files
WORKED = (*BUSY, Phase.RESTING)
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoveInput:
    """A move with all that its step needs, read in one transaction."""

    office: Office
    move: Move
    hosting: Hosting
    source: Server
    target: Server
    closing: Suspension | None = None  # which waits for the end of the move: no server opens the site any more

    @property
    def spec(self) -> HostingSpec:
        """The hosting as it is wanted, wherever it stands."""
        spec = HostingSpec.from_data(self.hosting.spec)
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
        )

    async def make(self, at: ServerAddress, step: str, **changed: object) -> Applied:
        """Bring a server to the hosting's spec but for what is `changed`. Raises `ProvisioningError`."""
        name = f"{step}:{self.move.attempt}{':closed' if self.closing else ''}"
        request_id = str(uuid.uuid5(uuid.UUID(self.move.uuid), name))
        spec = dataclasses.replace(self.spec, **changed)  # type: ignore[arg-type]  # the names are of this file
        return await self.office.fleet.apply(at, spec, None, request_id=request_id)


async def run_moves(office: Office, database: Database) -> None:
    """Carry moves out, side by side, for as long as the process lives; of several processes one does."""
    at_work: dict[int, Move] = {}
    async with asyncio.TaskGroup() as group:
        while True:
            async with database.read() as work:
                resting = {*at_work, *(await isolation.put_off(work, WorkKind.MOVE))}
                due = [move for move in await moves.due(work, WORKED, work.now) if move.id not in resting]
            if due and await leases.ours(database, LEASE):
                for move in due:
                    if not waits_for_a_copy(move, at_work.values()):
                        at_work[move.id] = move
                        group.create_task(_step(office, database, move, at_work))
            await database.wait("moves", SWEEP_SECONDS)


def waits_for_a_copy(move: Move, others: Iterable[Move]) -> bool:
    """Whether a move must wait for another's copy: of all files, hours long, one at a time on a server. Pure.

    What else is done for a move is short, or keeps a site closed: it waits for nobody.
    """
    servers_of_copies = {
        server for other in others if other.phase == COPIES for server in (other.source_id, other.target_id)
    }
    return move.phase == COPIES and not servers_of_copies.isdisjoint({move.source_id, move.target_id})


async def _step(office: Office, database: Database, move: Move, at_work: dict[int, Move]) -> None:
    async with isolated(database, WorkKind.MOVE, move.id):
        await go_on(office, database, move.id)
    del at_work[move.id]
    database.wake("moves")


async def go_on(office: Office, database: Database, move_id: int) -> None:
    """Do the next step of a move, and note how it ended."""
    async with database.read() as work:
        move = await moves.get(work, move_id)
        hosting = await hostings.get(work, move.hosting_id) if move else None
        if move is None or hosting is None or move.phase not in WORKED:
            return
        task = MoveInput(
            office=office,
            move=move,
            hosting=hosting,
            source=await hostings.server(work, move.source_id),
            target=await hostings.server(work, move.target_id),
            closing=await suspensions.waiting_of(work, move.hosting_id),
        )
    phase = Phase(move.phase)
    try:
        found = await STEPS[phase](task)
    except Exception as error:  # a defect of ours must not stop the other moves
        if not isinstance(error, ProvisioningError):
            log.exception("move_defect", move=move_id)
            error = ProvisioningError(ErrorCode.INTERNAL, type(error).__name__, step="bot")
        await _failed(database, task, phase, error)
        return
    await _succeeded(office, database, task, phase, found)


async def _prepare(task: MoveInput) -> None:
    """Make account, folders and database there; nothing of it runs or is shown yet."""
    await task.make(servers.address(task.target), "prepare", state=State.ARCHIVED, elsewhere=True)


async def _copy(task: MoveInput) -> None:
    await task.way.carry(Piece.FILES)


async def _close(task: MoveInput) -> None:
    reason = str(fixed_words("pemindahan")["alasan"])
    closed = {"state": State.SUSPENDED, "suspension_reason": reason, "elsewhere": True}
    await task.make(servers.address(task.source), "close", **closed)


async def _deliver(task: MoveInput) -> None:
    for piece in (Piece.CHANGES, Piece.DATABASE):
        await task.way.carry(piece)
    await task.make(servers.address(task.target), "open", elsewhere=True)
    if task.spec.state is State.ACTIVE:
        await task.office.fleet.check_page_served(servers.address(task.target), task.spec)


async def _switch(task: MoveInput) -> Success:
    """Lead the names to the target and look at it as the world does."""
    target = servers.address(task.target)
    applied = await task.make(target, "switch")
    seen = await task.office.fleet.verify(
        target,
        task.spec,
        None,
        dns=task.target.name_server,
        addresses=tuple(applied.facts.get("addresses", ())),
    )
    if not seen.ok:
        raise ProvisioningError(ErrorCode.STEP_FAILED, seen.said, step="verify")
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


STEPS: Mapping[Phase, Callable[[MoveInput], Awaitable[Success | None]]] = {
    Phase.AGREED: _prepare,
    Phase.PREPARED: _copy,
    Phase.COPIED: _close,
    Phase.CLOSED: _deliver,
    Phase.DELIVERED: _switch,
    Phase.RESTING: _clean,
    Phase.UNDOING: _undo,
}
"""What is done in each phase, to get to the next."""


async def _succeeded(office: Office, database: Database, task: MoveInput, phase: Phase, found: Success | None) -> None:
    async with database.write() as work:
        move, hosting = await moves.lock(work, task.move.id), await hostings.lock(work, task.hosting.id)
        if move is None or hosting is None or move.phase != phase:
            return
        move.phase, move.attempt, move.due_at = str(NEXT[phase]), 0, work.now
        if phase is Phase.COPIED:
            move.closed_at = work.now
        if found is not None:
            await _arrived(work, move, hosting, found)
        if move.phase in (Phase.DONE, Phase.UNDONE):
            move.ended_at = work.now
        await note(work, move, hosting)
        await show(work, move, loud=move.phase in (Phase.RESTING, Phase.UNDONE))
        if found is not None:
            await _tell_opd(work, move, hosting, task)
        await suspension.carry_out(office, work, hosting)
        work.wake("moves")


async def _arrived(work: UnitOfWork, move: Move, hosting: Hosting, found: Success) -> None:
    """Let the hosting be the target's from now on; what stood on the source is kept for a while."""
    hosting.server_id = move.target_id
    hosting.wanted_revision += 1
    hosting.applied_revision = hosting.wanted_revision
    hosting.applied = kept(found, work.now)
    await moved(work, hosting)
    move.opened_at, move.due_at, move.error = work.now, work.now + KEPT, {}
    await work.flush()
    await after_move(work, hosting, key=f"moved:{move.id}")


async def _tell_opd(work: UnitOfWork, move: Move, hosting: Hosting, task: MoveInput) -> None:
    closed = move.opened_at - move.closed_at if move.opened_at and move.closed_at else None
    values = {
        "domain": hosting.domain,
        "server": task.target.name,
        "fingerprint": servers.fingerprint(task.target.host_key),
        "closed": words.duration(closed) if closed else "-",
    }
    for person in await of_opd(work, hosting):
        await notice(work, person, "pemindahan.selesai_opd", values, key=f"moved:{move.id}:{person.id}")


async def _failed(database: Database, task: MoveInput, phase: Phase, error: ProvisioningError) -> None:
    log.warning("move_failed", move=task.move.id, phase=str(phase), code=str(error.code), detail=error.detail)
    async with database.write() as work:
        move, hosting = await moves.lock(work, task.move.id), await hostings.get(work, task.hosting.id)
        if move is None or hosting is None or move.phase != phase:
            return
        move.attempt += 1
        move.error = {"code": str(error.code), "step": error.step, "detail": error.detail, "phase": str(phase)}
        move.due_at = work.now + pause(move.attempt)
        told = tells_engineers(phase, move.attempt)
        move.phase = str(after_failure(phase, move.attempt))
        if move.phase != phase:
            move.attempt, move.due_at = 0, work.now
        await note(work, move, hosting)
        await show(work, move, loud=told)
