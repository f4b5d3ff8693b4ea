"""The one answer of a press (answerCallbackQuery): what to do where it comes too late to be read."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Bot, CallbackQuery
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError

from bot.screens.screen import Reply
from workflows.store import outbox
from workflows.store.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)

PAUSES = (0.5, 2.0, 0.0)  # seconds after each failed answer; Telegram takes one for about fifteen


class PressAnswer:
    """A press that waits for its answer; it gets exactly one. `query` is None where the update is no press.

    An alert is often all there is to say, so where the answer was spent on letting the button stop spinning, or is
    refused, what it says goes out as a message.
    """

    def __init__(self, bot: Bot, update_id: int, query: CallbackQuery | None) -> None:
        self._bot = bot
        self._query = query
        self._key = f"answer:{update_id}"
        self._is_spent = False
        self._is_kept = False

    async def stop_spinning(self) -> None:
        """Answer with nothing; not where the true answer is known already."""
        if not self._is_kept:
            await self._send(Reply())

    async def settle(self, work: UnitOfWork, reply: Reply) -> None:
        """Keep the answer for `reply`, within the transaction of the press; where it is spent, say an alert apart."""
        self._is_kept = True
        if self._is_spent:
            await self._say(work, reply)

    async def answer(self, database: Database, reply: Reply) -> None:
        """Answer, once. Where the query is too old, or the line is down, an alert is said apart."""
        if not self._is_spent and not await self._send(reply) and reply.alert:
            async with database.write() as work:
                await self._say(work, reply)

    async def _say(self, work: UnitOfWork, reply: Reply) -> None:
        """Say an alert as a message to whoever pressed; a button in a group has no such words."""
        message = self._query.message if self._query else None
        if reply.alert and reply.toast and message is not None and message.chat.type == ChatType.PRIVATE:
            said = {"sentence": reply.toast}
            await outbox.put_notice(work, message.chat.id, "umum.kalimat", said, key=self._key)

    async def _send(self, reply: Reply) -> bool:
        """Return whether Telegram took the answer."""
        if self._query is None or self._is_spent:
            return True
        self._is_spent = True
        for pause in PAUSES:
            try:
                await self._bot.answer_callback_query(self._query.id, text=reply.shown, show_alert=reply.alert)
            except BadRequest as error:
                log.info("press_not_answered", error=error.message)
                return False
            except TelegramError as error:
                log.info("press_not_answered_yet", error=error.message)
                await asyncio.sleep(pause)
            else:
                return True
        return False
