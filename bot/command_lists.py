"""The commands that Telegram lists in each person's chat (setMyCommands), kept in step with the offices they hold.

A mandate begins and ends by date, so the lists are compared on a timer; only a list that changed is sent.
"""

from __future__ import annotations

import hashlib
import json

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.app import App
from bot.delivery.outcome import Sent
from bot.inbound.commands import commands_for
from workflows import people
from workflows.store import outbox
from workflows.store import people as store_people
from workflows.store.tables import OutboxMessage

KIND = "commands"  # of the outbox row, and subject of the card that remembers which list a chat has


async def refresh(app: App) -> None:
    """Put a row into the outbox for everybody whose list is not the one their chat has."""
    changed: dict[int, list[BotCommand]] = {}
    async with app.database.read() as work:
        shown = {card.chat_id: card.shown for card in await outbox.cards_of(work, KIND)}
        for person in await store_people.everybody(work):
            if person.telegram_id is None or person.blocked_at is not None:
                continue
            commands = commands_for(await people.member(work, person))
            if shown.get(person.telegram_id) != _digest(commands):
                changed[person.telegram_id] = commands
    if not changed:
        return
    async with app.database.write() as work:
        for chat_id, commands in changed.items():
            params = {"commands": [[command.command, command.description] for command in commands]}
            await outbox.put(work, chat_id, KIND, params)


async def publish(bot: Bot, row: OutboxMessage) -> Sent:
    """Tell Telegram one chat's list."""
    commands = [BotCommand(name, description) for name, description in row.params["commands"]]
    await bot.set_my_commands(commands, scope=BotCommandScopeChat(row.chat_id))
    return Sent(message_id=0, subject=KIND, shown=_digest(commands))


def _digest(commands: list[BotCommand]) -> str:
    text = json.dumps([[command.command, command.description] for command in commands])
    return hashlib.sha256(text.encode()).hexdigest()
