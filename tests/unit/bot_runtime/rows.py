"""Rows of the outbox for tests, which say in their params what screen they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.screen import Rendered, Screen
from workflows.store import outbox
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork

ANI, BUDI = 1001, 1002
Put = Callable[..., Awaitable[OutboxMessage]]


async def as_told(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Render for these tests: the row's params say what the screen is."""
    params = dict(row.params)
    if params.pop("buttons", False):
        params["keyboard"] = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="x")]])
    return Screen(resent_note="(dikirim ulang)", **params)


async def state(database: Database, row: OutboxMessage) -> OutboxMessage:
    async with database.read() as work:
        return await outbox.by_id(work, row.id)
