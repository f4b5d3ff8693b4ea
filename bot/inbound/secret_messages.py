"""What is typed where something secret is asked for never lies readable on disk, not even among the kept updates.

An update is kept before it is handled. Such a message is kept as `VEILED`, its text sealed beside it until the handler
has it.
"""

from __future__ import annotations

import telegram
from telegram.constants import ChatType

from bot.app import App
from bot.command_names import command_in
from bot.inbound.commands import COMMANDS
from provisioning.spec import Secret
from workflows.secrets import sealed
from workflows.signing.port import Method
from workflows.store import signings
from workflows.store.unit_of_work import UnitOfWork

VEILED = "•••"


class SecretMessages:
    """Veils such messages as they arrive, and gives their text to who handles them, once."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def veiled(self, work: UnitOfWork, update: telegram.Update) -> telegram.Update:
        """Return the update as it may be kept: itself, where nothing secret is asked for, nor was a moment ago."""
        message = update.message
        if (
            self._app.office.signing is not Method.BSRE
            or message is None
            or not message.text
            or command_in(message.text, self._app.office.bot_username)[0] in COMMANDS
            or message.chat.type != ChatType.PRIVATE
            or not await signings.is_veiled(work, message.chat.id)
        ):
            return update
        data = update.to_dict()
        data["message"] = {key: value for key, value in data["message"].items() if key != "entities"} | {"text": VEILED}
        return telegram.Update.de_json(data, self._app.bot)

    async def seal(self, work: UnitOfWork, update: telegram.Update) -> None:
        """Keep the text of a message that was veiled."""
        if update.message is not None and update.message.text:
            await sealed.keep(work, self._app.office.vault, _name(update.update_id), Secret(update.message.text))


async def unveiled(app: App, work: UnitOfWork, update: telegram.Update) -> str | None:
    """Return the text of a veiled message and destroy it; None where it is gone."""
    secret = await sealed.opened(work, app.office.vault, _name(update.update_id))
    await sealed.forget(work, _name(update.update_id))
    return secret.reveal() if secret else None


def _name(update_id: int) -> str:
    return f"typed:{update_id}"
