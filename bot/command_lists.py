"""The commands that Telegram lists in each person's chat (setMyCommands), kept in step with the offices they hold.

A mandate begins and ends by date, so the lists are compared on a timer; only a list that changed is sent.
"""

from __future__ import annotations

from telegram import BotCommand

from bot.app import App
from bot.delivery.call import COMMANDS, commands_shown
from bot.inbound.commands import commands_for
from workflows import people
from workflows.store import outbox
from workflows.store import people as store_people


async def refresh(app: App) -> None:
    """Put a row into the outbox for everybody whose list is not the one their chat has."""
    changed: dict[int, list[list[str]]] = {}
    async with app.database.read() as work:
        shown = {card.chat_id: card.shown for card in await outbox.cards_of(work, COMMANDS)}
        for person in await store_people.everybody(work):
            if person.telegram_id is None or person.blocked_at is not None:
                continue
            commands = [_pair(command) for command in commands_for(await people.member(work, person))]
            if shown.get(person.telegram_id) != commands_shown(commands):
                changed[person.telegram_id] = commands
    if not changed:
        return
    async with app.database.write() as work:
        for chat_id, commands in changed.items():
            await outbox.put(work, chat_id, COMMANDS, {"commands": commands})


def _pair(command: BotCommand) -> list[str]:
    return [command.command, command.description]
