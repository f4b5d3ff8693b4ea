"""What a suspicion (`workflows.malware`) means to its hosting: who may set it aside, what its messages say by now."""

from __future__ import annotations

from workflows.hosting import rights
from workflows.hosting.action import Action
from workflows.roles import CARETAKERS
from workflows.store import outbox
from workflows.store.unit_of_work import UnitOfWork

DISMISS = Action(name="dismiss", right=rights.Right(roles=CARETAKERS, states=rights.STANDING))


async def redraw(work: UnitOfWork, hosting_id: int) -> None:
    """Have the message about a suspected hosting say how it is now, in every chat that has one."""
    for card in await outbox.cards_of(work, f"suspicion:{hosting_id}"):
        await outbox.put(work, card.chat_id, "suspicion", {"hosting": hosting_id, "loud": False})
