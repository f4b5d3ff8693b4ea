"""Keeps the moment until which the bot heard what is said to it (`workflows/clock/pauses.py`)."""

from __future__ import annotations

import asyncio

from bot.app import App
from workflows.clock import pauses

EVERY_SECONDS = 20.0


async def keep_hearing(app: App) -> None:
    """Note it for as long as the process lives; by webhook Telegram calls, so living is hearing."""
    while True:
        if app.settings.webhook_url or app.line.hears:
            await pauses.note_hearing(app.office, app.database)
        await asyncio.sleep(EVERY_SECONDS)
