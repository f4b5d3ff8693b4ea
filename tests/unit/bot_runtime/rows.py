"""Rows of the outbox for tests, which say in their params what screen they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.screen import Rendered, Screen
from workflows.store import outbox
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork

ANI, BUDI = 1001, 1002
DEADLINE_SECONDS = 30.0  # of what takes milliseconds where nothing else is done
Put = Callable[..., Awaitable[OutboxMessage]]


def params_of(row: OutboxMessage) -> dict[str, Any]:
    """Return what these tests put into a row: what the screen is, which no message of the program is made of."""
    return dict(row.params)


async def as_told(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Render for these tests: the row's params say what the screen is."""
    params = params_of(row)
    if params.pop("buttons", False):
        params["keyboard"] = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="x")]])
    return Screen(resent_note="(dikirim ulang)", **params)


async def noted(database: Database, row: OutboxMessage) -> None:
    """Wait until what came of an attempt is written down; fail where it is not in time."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (await state(database, row)).state == "sending":  # noqa: ASYNC110  (a row, not an event)
            await asyncio.sleep(0.005)


async def state(database: Database, row: OutboxMessage) -> OutboxMessage:
    async with database.read() as work:
        return await outbox.by_id(work, row.id)
