"""Asking for a move, and deciding on it."""

from __future__ import annotations

import datetime as dt
import uuid

from provisioning.agent.backup.wire import BackupAction
from provisioning.spec import State
from workflows import capacity
from workflows.engine.case import Mandate
from workflows.hosting.server_capacity import CapacityNeed, capacity_on
from workflows.hosting.staging.copy_spec import EndReason
from workflows.hosting.staging.following import end_before
from workflows.moving.rules import COPY_NOTICE, ENDED, Phase
from workflows.moving.telling import announce
from workflows.people.duty import engineer, on_duty
from workflows.people.members import Member, holders
from workflows.refusal import Refused
from workflows.roles import CARETAKERS, KABID
from workflows.store import backups, copies, hostings, ledger, moves, outbox
from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import UnitOfWork

DECIDES = KABID
TOLD = CARETAKERS


async def ask_for_move(
    work: UnitOfWork, member: Member, hosting_id: int, target_id: int, starts_at: dt.datetime | None = None
) -> Move:
    """Ask the Kabid to let a hosting go to another server, at once or from a time on.

    Raises `Refused`: wrong_role, no_hosting, hosting_busy, move_dedicated, move_target (it does not fit there),
    move_past, move_copy_soon (the team of its staging copy would not know in time that it goes).
    """
    mandate = engineer(member)
    await hostings.lock_server(work, target_id)
    hosting = await hostings.lock(work, hosting_id)
    if hosting is None:
        raise Refused("no_hosting", final=True)
    await check_movable(work, hosting)
    await _check_plan(work, hosting, target_id, starts_at)
    move = Move(
        hosting_id=hosting.id,
        source_id=hosting.server_id,
        target_id=target_id,
        uuid=str(uuid.uuid4()),
        phase=str(Phase.ASKED),
        attempt=0,
        error={},
        asked_by=member.person.id,
        starts_at=starts_at,
        due_at=work.now,
        created_at=work.now,
    )
    work.add(move)
    await work.flush()
    await record_move(work, move, hosting, member=member, mandate=mandate)
    await show_move(work, move, loud=True)
    return move


async def decide(work: UnitOfWork, member: Member, move_id: int, *, agrees: bool) -> Move:
    """Let a hosting go, or not; who asked agrees to nothing.

    Raises `Refused`: wrong_role, move_gone, move_own, and what `ask` does.
    """
    mandate = on_duty(member, DECIDES)
    move = await moves.lock(work, move_id)
    if move is None or move.phase != Phase.ASKED:
        raise Refused("move_gone", final=True)
    if agrees and move.asked_by == member.person.id:
        raise Refused("move_own")
    hosting = await hostings.lock(work, move.hosting_id)
    if hosting is None:
        raise Refused("no_hosting", final=True)
    if agrees:
        await _agree(work, move, hosting)
    else:
        move.phase, move.ended_at = str(Phase.REFUSED), work.now
    move.decided_by = member.person.id
    await record_move(work, move, hosting, member=member, mandate=mandate)
    await show_move(work, move)
    work.wake("moves")
    return move


async def _agree(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    await check_movable(work, hosting, asked=move.id)
    await _check_plan(work, hosting, move.target_id, move.starts_at)
    if move.starts_at is None:
        await end_before(work, hosting, EndReason.MOVES)
    move.phase = str(Phase.AGREED if move.starts_at is None else Phase.PLANNED)
    move.due_at, move.announced_at = move.starts_at or work.now, work.now
    await announce(work, move, hosting)


async def fitting(work: UnitOfWork, hosting: Hosting) -> list[int]:
    """Return the ids of the servers that have room for a hosting, other than its own."""
    found = [server for server in await hostings.servers(work) if server.id != hosting.server_id]
    return [server.id for server in found if (await capacity_on(work, server, None)).fits(_need(hosting))]


async def check_movable(work: UnitOfWork, hosting: Hosting, *, asked: int | None = None) -> None:
    """Look whether a locked hosting may be moved as it stands, by a move that was `asked` for before.

    Raises `Refused`: no_hosting, hosting_busy, move_dedicated.
    """
    spec = hosting.spec
    if not hosting.stands or hosting.copy_of is not None or spec.state is not State.ACTIVE:
        raise Refused("no_hosting", final=True)
    has_work, other = await hostings.has_work(work, hosting.id), await moves.under_way(work, hosting.id)
    restore = await backups.open_of(work, hosting.id, BackupAction.RESTORE)
    if has_work or (other and other.id != asked) or restore:
        raise Refused("hosting_busy", {"domain": hosting.domain})
    if spec.addresses:
        raise Refused("move_dedicated", {"domain": hosting.domain})


async def _check_plan(work: UnitOfWork, hosting: Hosting, target_id: int, starts_at: dt.datetime | None) -> None:
    if starts_at is not None and starts_at <= work.now:
        raise Refused("move_past")
    copy = await copies.of_hosting(work, hosting.id)
    if copy is not None and (starts_at or work.now) < work.now + COPY_NOTICE:
        raise Refused("move_copy_soon", {"domain": copy.domain})
    if target_id not in await fitting(work, hosting):
        raise Refused("move_target")


def _need(hosting: Hosting) -> CapacityNeed:
    return CapacityNeed(capacity=capacity.share_of(hosting.spec), php=hosting.spec.php_version)


async def show_move(work: UnitOfWork, move: Move, *, loud: bool = False) -> None:
    """Show the Kabid and the engineers how far a move is: in the message they have, or (`loud`) in a new one."""
    people = [person for role in TOLD for person in await holders(work, role)]
    chats = {person.telegram_id for person in people if person.telegram_id is not None}
    for chat_id in sorted(chats):
        key = f"move:{move.id}:{move.phase}:{move.attempt}:{chat_id}"
        await outbox.put(work, chat_id, "move", {"move": move.id, "loud": loud}, key=key)


def subject(move_id: int) -> str:
    """Return what a move's message is known by in a chat."""
    return f"move:{move_id}"


async def record_move(
    work: UnitOfWork, move: Move, hosting: Hosting, *, member: Member | None = None, mandate: Mandate | None = None
) -> None:
    """Write into the record how far a move is."""
    data = {"move": move.id, "hosting": hosting.id, "slug": hosting.slug, "phase": move.phase}
    data |= {"source": move.source_id, "target": move.target_id}
    if move.error and move.phase not in ENDED:
        data["code"] = str(move.error.get("code", ""))
    await ledger.append(
        work,
        "hosting.move",
        person_id=member.person.id if member else None,
        mandate_id=mandate.id if mandate else None,
        case_id=hosting.case_id,
        data=data,
    )
