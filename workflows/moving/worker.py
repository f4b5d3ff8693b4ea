"""Carrying moves out, one step (`steps`) after another: each may be cut off at any instant, and is done again.

A step that keeps failing takes the move back, as long as no visitor can have written on the target.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.moving import CalledOffError
from provisioning.plan import ErrorCode
from provisioning.spec import State
from workflows import isolation
from workflows.hosting import suspension
from workflows.hosting.backups.ordering import after_move
from workflows.hosting.custom_domains.orders import moved
from workflows.isolation import WorkKind, isolated
from workflows.jobs.outcome import Success, kept
from workflows.moving.decision import record_move, show_move
from workflows.moving.rules import BUSY, KEPT, NEXT, Phase, after_failure, pause, tells_engineers
from workflows.moving.steps import STEPS, Copied, MoveInput
from workflows.moving.telling import tell_arrival, tell_return
from workflows.office import Office
from workflows.store import hostings, leases, moves, suspensions
from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import Database, UnitOfWork

SWEEP_SECONDS = 5.0
LEASE = "moves"
COPIES = Phase.PREPARED  # the phase whose step copies all files
WORKED = (*BUSY, Phase.RESTING)
log = structlog.get_logger(__name__)


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
            wanted=functools.partial(_is_in, database, move_id, move.phase),
        )
    phase = Phase(move.phase)
    if phase is Phase.COPIED and not await _begin_closing(database, move_id):
        return
    try:
        did = await STEPS[phase](task)
    except CalledOffError:
        return
    except Exception as error:  # a defect of ours must not stop the other moves
        if not isinstance(error, ProvisioningError):
            log.exception("move_defect", move=move_id)
            error = ProvisioningError(ErrorCode.INTERNAL, type(error).__name__, step="bot")
        await _failed(database, task, phase, error)
        return
    await _succeeded(office, database, task, phase, did)


async def _is_in(database: Database, move_id: int, phase: str) -> bool:
    async with database.read() as work:
        move = await moves.get(work, move_id)
        return move is not None and move.phase == phase


async def _begin_closing(database: Database, move_id: int) -> bool:
    """Note when a site is closed, before it is: from then on nobody calls the move off. False where somebody did."""
    async with database.write() as work:
        move = await moves.lock(work, move_id)
        if move is None or move.phase != Phase.COPIED:
            return False
        move.closed_at = move.closed_at or work.now
        return True


async def _succeeded(
    office: Office, database: Database, task: MoveInput, phase: Phase, did: Copied | Success | None
) -> None:
    async with database.write() as work:
        move, hosting = await moves.lock(work, task.move.id), await hostings.lock(work, task.hosting.id)
        if move is None or hosting is None or move.phase != phase:
            return
        move.phase, move.attempt, move.due_at = str(NEXT[phase]), 0, work.now
        if isinstance(did, Copied) and hosting.spec.state is State.ACTIVE:
            move.front_before = did.front
        if isinstance(did, Success):
            await _arrived(work, move, hosting, did)
            await tell_arrival(work, move, hosting)
        if move.phase == Phase.UNDONE:
            await tell_return(work, move, hosting)
        if move.phase in (Phase.DONE, Phase.UNDONE):
            move.ended_at = work.now
        await record_move(work, move, hosting)
        await show_move(work, move, loud=move.phase in (Phase.RESTING, Phase.UNDONE))
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
        await record_move(work, move, hosting)
        await show_move(work, move, loud=told)
