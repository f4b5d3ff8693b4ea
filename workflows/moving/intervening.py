"""Pressing into a move that is under way: calling it off before its site is closed, trying a failed step at once."""

from __future__ import annotations

from workflows.moving.decision import TOLD, record_move, show_move
from workflows.moving.rules import UNTOUCHED, Phase, may_be_cancelled, waits_for_a_try
from workflows.moving.telling import tell_return
from workflows.people.duty import engineer, on_duty
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings, moves
from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import UnitOfWork


async def cancel(work: UnitOfWork, member: Member, move_id: int) -> Move:
    """Call a move off: what was made on the target is taken away, the site stays where it is.

    What is being copied stops with the piece that is on its way. Raises `Refused`: wrong_role, move_closed.
    """
    mandate = on_duty(member, *TOLD)
    move, hosting = await _locked(work, move_id)
    if not may_be_cancelled(Phase(move.phase), move.closed_at):
        raise Refused("move_closed", final=True)
    is_untouched = move.phase in UNTOUCHED
    move.phase = str(Phase.UNDONE if is_untouched else Phase.UNDOING)
    move.cancelled_by, move.attempt, move.error, move.due_at = member.person.id, 0, {}, work.now
    move.ended_at = work.now if is_untouched else None
    if is_untouched:
        await tell_return(work, move, hosting)
    await record_move(work, move, hosting, member=member, mandate=mandate)
    await show_move(work, move)
    work.wake("moves")
    return move


async def try_again(work: UnitOfWork, member: Member, move_id: int) -> Move:
    """Have a step that failed tried at once. Raises `Refused`: wrong_role, move_runs (none waits for that)."""
    engineer(member)
    move, _ = await _locked(work, move_id)
    if not waits_for_a_try(Phase(move.phase), move.error):
        raise Refused("move_runs", final=True)
    move.due_at = work.now
    work.wake("moves")
    return move


async def _locked(work: UnitOfWork, move_id: int) -> tuple[Move, Hosting]:
    move = await moves.lock(work, move_id)
    hosting = await hostings.lock(work, move.hosting_id) if move is not None else None
    if move is None or hosting is None:
        raise Refused("move_gone", final=True)
    return move, hosting
