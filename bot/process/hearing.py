"""Keeps the moment until which the bot heard what is said to it (`workflows/clock/pauses.py`).

A poll that is answered tells. By webhook it is Telegram that calls: whether it can is known to Telegram, and asked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import http

import telegram
from telegram.error import TelegramError

from bot.app import App
from bot.line.line import Line
from workflows.clock import pauses

EVERY_SECONDS = 20.0
WEBHOOK_LOOKS = 3  # of these turns between two questions to Telegram
RECENT = dt.timedelta(minutes=5)


async def keep_hearing(app: App) -> None:
    """Note it for as long as the process lives."""
    turn = 0
    while True:
        if app.settings.webhook_url and turn % WEBHOOK_LOOKS == 0:
            await look_at_webhook(app.bot, app.line)
        if app.line.hears:
            await pauses.note_hearing(app.office, app.database)
        turn += 1
        await asyncio.sleep(EVERY_SECONDS)


async def look_at_webhook(bot: telegram.Bot, line: Line) -> None:
    """Ask Telegram whether what it has for us arrives, and let the line know, as a poll would."""
    try:
        found = await bot.get_webhook_info()
    except TelegramError as error:
        line.failed(error.message)
        return
    failed_at = found.last_error_date
    if found.pending_update_count and failed_at and dt.datetime.now(dt.UTC) - failed_at < RECENT:
        line.failed(f"webhook: {found.last_error_message}")
    else:
        line.answered(http.HTTPStatus.OK)
