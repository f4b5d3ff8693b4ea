"""The one message of a chat that shows a thing: edited, replaced, ended."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from telegram import ReplyKeyboardMarkup

from bot.screens.screen import OldMessage, Rendered, Screen
from tests.unit.bot_runtime.conftest import Clock, sending, until
from tests.unit.bot_runtime.rows import ANI, Put, as_told, params_of, state
from tests.unit.bot_runtime.telegram_by_script import TelegramByScript, bad
from workflows.store import outbox
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork


async def test_a_card_is_edited_in_place_and_left_alone_when_nothing_changed(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with sending(database, telegram, as_told, clock):
        for text in ("langkah 1", "langkah 2", "langkah 2"):
            row = await put(ANI, text, subject="case:7", buttons=True)
        await until(lambda: len(telegram.calls) == 2)
        await asyncio.sleep(0.1)
    assert [(call.method, call.text) for call in telegram.calls] == [
        ("sendMessage", "langkah 1"),
        ("editMessageText", "langkah 2"),
    ]
    assert (await state(database, row)).state == "sent"


@pytest.mark.parametrize(
    ("old", "method"),
    [(OldMessage.DELETE, "deleteMessage"), (OldMessage.KEEP_WITHOUT_BUTTONS, "editMessageReplyMarkup")],
)
async def test_a_fresh_card_rings_at_the_bottom_and_the_old_one_is_put_away(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put, *, old: OldMessage, method: str
) -> None:
    async def render(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return Screen(**params_of(row), old_message=old)

    async with sending(database, telegram, render, clock):
        await put(ANI, "lama", subject="case:7")
        await until(lambda: len(telegram.calls) == 1)
        await put(ANI, "baru", subject="case:7", fresh=True)
        await until(lambda: len(telegram.calls) == 3)
    assert [call.method for call in telegram.calls] == ["sendMessage", "sendMessage", method]
    assert telegram.calls[2].data["message_id"] == 101
    async with database.read() as work:
        card = await outbox.card(work, ANI, "case:7")
    assert card is not None
    assert card.message_id == 102


async def test_a_card_that_somebody_deleted_comes_again(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with sending(database, telegram, as_told, clock):
        await put(ANI, "satu", subject="case:7")
        await until(lambda: len(telegram.calls) == 1)
        telegram.next_answers("editMessageText", bad("message to edit not found"))
        await put(ANI, "dua", subject="case:7")
        await until(lambda: len(telegram.calls) >= 3)
    assert [call.method for call in telegram.calls][:3] == ["sendMessage", "editMessageText", "sendMessage"]


async def test_telegram_says_not_modified_and_that_is_as_good_as_done(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("editMessageText", bad("message is not modified: specified new message content"))
    row = await put(ANI, "menu", edit_message=55)
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
    assert (await state(database, row)).state == "sent"


async def test_a_reply_keyboard_needs_a_message_of_its_own(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async def render(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return Screen(text="Bagikan kontak", edit_message=55, keyboard=ReplyKeyboardMarkup([["Bagikan"]]))

    await put(ANI)
    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.calls) == 1)
    assert telegram.calls[0].method == "sendMessage"


async def test_what_is_over_is_left_alone_by_what_begins_anew(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async def render(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return Screen(**params_of(row), subject="form", old_message=OldMessage.KEEP_WITHOUT_BUTTONS)

    async with sending(database, telegram, render, clock):
        await put(ANI, "pertanyaan")
        await put(ANI, "dihentikan", last=True)
        await put(ANI, "pertanyaan baru", fresh=True)
        await until(lambda: len(telegram.calls) == 3)
        await asyncio.sleep(0.1)
    assert [call.method for call in telegram.calls] == ["sendMessage", "editMessageText", "sendMessage"]


async def test_rows_that_show_nothing_cost_a_chat_none_of_its_turns(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async def render(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return await as_told(work, row) if row.params["text"] == "jawaban" else None

    for _ in range(50):
        await put(ANI, "usang")
    await put(ANI, "jawaban")
    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.calls) == 1)  # the clock stands still: nothing was waited for
    assert telegram.calls[0].text == "jawaban"


async def test_a_message_that_goes_is_not_asked_for_its_buttons_first_nor_afterwards(
    database: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    async with database.write() as work:
        await outbox.put_on_message(work, ANI, "delete", 55)
        await outbox.put_on_message(work, ANI, "strip", 55)
        await outbox.put_on_message(work, ANI, "strip", 56)
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 2)
        async with database.write() as work:
            await outbox.put_on_message(work, ANI, "strip", 55)
            await outbox.put_on_message(work, ANI, "delete", 57)
        await until(lambda: len(telegram.calls) == 3)
    assert [(call.method, call.data["message_id"]) for call in telegram.calls] == [
        ("deleteMessage", 55),
        ("editMessageReplyMarkup", 56),
        ("deleteMessage", 57),
    ]


async def test_a_message_that_goes_later_loses_its_buttons_now(
    database: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    async with database.write() as work:
        await outbox.put_on_message(work, ANI, "delete", 55, not_before=work.now + dt.timedelta(minutes=10))
        await outbox.put_on_message(work, ANI, "strip", 55)
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
    assert [(call.method, call.data["message_id"]) for call in telegram.calls] == [("editMessageReplyMarkup", 55)]
