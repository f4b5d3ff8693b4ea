"""The commands that Telegram lists in each person's chat (setMyCommands), kept in step with the offices they hold.

A chat gets its list when its person first writes, for Telegram knows no chat before; from then on a list that changed
is sent as soon as we know. A mandate begins and ends by date too, so the lists are compared on a timer as well.
"""

from __future__ import annotations

from bot.app import App
from bot.command_names import commands_for
from bot.delivery.call import COMMANDS, commands_shown
from workflows.people import members
from workflows.people.members import Member
from workflows.store import outbox, people
from workflows.store.unit_of_work import UnitOfWork


async def refresh(app: App) -> None:
    """Put a row into the outbox for everybody whose list is not the one their chat has."""
    changed: dict[int, list[list[str]]] = {}
    async with app.database.read() as work:
        shown = {card.chat_id: card.shown for card in await outbox.cards_of(work, COMMANDS)}
        for member in await members.everybody(work):
            chat_id = member.person.telegram_id
            if chat_id not in shown or member.person.blocked_at is not None:
                continue
            commands = _listed(member)
            if shown[chat_id] != commands_shown(commands):
                changed[chat_id] = commands
    if not changed:
        return
    async with app.database.write() as work:
        for chat_id, commands in changed.items():
            await outbox.put(work, chat_id, COMMANDS, {"commands": commands})


async def listed_for(work: UnitOfWork, member: Member) -> None:
    """Put a row into the outbox where the chat of somebody who just wrote has not the list it should have."""
    chat_id = member.person.telegram_id
    if chat_id is None:
        return
    commands = _listed(member)
    card = await outbox.card(work, chat_id, COMMANDS)
    if card is None or card.shown != commands_shown(commands):
        await outbox.put(work, chat_id, COMMANDS, {"commands": commands})


async def changed_for(work: UnitOfWork, person_id: int) -> None:
    """Bring the list of somebody whose offices just changed up to date, where their chat has one."""
    person = await people.by_id(work, person_id)
    if person.telegram_id is not None and await outbox.card(work, person.telegram_id, COMMANDS) is not None:
        await listed_for(work, await members.member(work, person))


def _listed(member: Member) -> list[list[str]]:
    return [[command.command, command.description] for command in commands_for(member)]
