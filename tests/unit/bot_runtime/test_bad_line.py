"""The sender when Telegram refuses, is gone or loses answers: each row is said once, or says that it came before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from telegram.error import InvalidToken, NetworkError

from bot.outbox_sender import OutboxSender
from bot.screens.screen import Rendered, Screen
from tests.unit.bot_runtime.conftest import Clock, sending, until
from tests.unit.bot_runtime.rows import ANI, BUDI, Put, as_told, noted, state
from tests.unit.bot_runtime.telegram_by_script import FORBIDDEN, TelegramByScript, bad, bot_over, refused
from workflows.people import members
from workflows.store.tables import OutboxMessage, Person
from workflows.store.unit_of_work import Database, UnitOfWork

HOUR = 3600


def broken(cause: Exception) -> NetworkError:
    error = NetworkError(str(cause))
    error.__cause__ = cause
    return error


async def time_passes(database: Database, clock: Clock, until_this: Callable[[], bool]) -> None:
    """Move the time on, ten seconds at once, until something is so; fail where it never is."""
    async with asyncio.timeout(20):
        while not until_this():
            clock.move(10)
            database.wake("outbox")
            await asyncio.sleep(0.003)


async def test_a_network_that_is_gone_for_an_hour_loses_and_doubles_nothing(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    rows = [await put(chat, f"{chat} {number}") for number in range(3) for chat in (ANI, BUDI)]
    gone = clock.now.timestamp() + HOUR
    async with sending(database, telegram, as_told, clock):
        telegram.down = lambda: broken(httpx.ConnectError("no route")) if clock.seconds() < gone else None
        await time_passes(database, clock, lambda: len(telegram.calls) == len(rows))
    assert sorted(call.text for call in telegram.calls) == sorted(row.params["text"] for row in rows)
    assert [(await state(database, row)).state for row in rows] == ["sent"] * len(rows)


async def test_while_answers_get_lost_no_further_copy_is_sent(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("sendMessage", broken(httpx.ReadTimeout("no answer")))
    row = await put(ANI, "penting")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
        telegram.down = lambda: broken(httpx.ReadTimeout("no answer"))
        end = clock.seconds() + HOUR
        await time_passes(database, clock, lambda: clock.seconds() > end)
        assert len(telegram.calls) == 1
        telegram.down = lambda: None
        await time_passes(database, clock, lambda: len(telegram.calls) == 2)
    assert telegram.calls[1].text == "penting\n\n(dikirim ulang)"
    assert (await state(database, row)).state == "sent"


async def test_a_revoked_token_ends_the_sender_and_what_it_held_is_sent_later_without_a_doubt(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("sendMessage", refused(401, "Unauthorized"))
    row = await put(ANI, "penting")
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(
            OutboxSender(database, await bot_over(telegram), as_told, clock=clock.seconds).run(), timeout=5
        )
    clock.move(1)
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 2)
    assert telegram.calls[1].text == "penting"
    assert (await state(database, row)).state == "sent"


async def test_what_telegram_will_not_take_is_told_to_the_administrators(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, BUDI)
        work.add(Person(telegram_id=ANI, name="Ani", phone="+6281", created_at=work.now))
    telegram.next_answers("sendMessage", *[bad("can't parse entities")] * 3)
    row = await put(ANI, "<rusak")

    async def render(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return Screen(text=str(row.params)) if row.kind == "notice" else await as_told(work, row)

    async with sending(database, telegram, render, clock):
        await time_passes(database, clock, lambda: len(telegram.calls) == 4)
    assert (await state(database, row)).state == "dropped"
    assert telegram.calls[-1].data["chat_id"] == BUDI
    assert "kiriman.tidak_terkirim" in telegram.calls[-1].text
    assert "Ani" in telegram.calls[-1].text


async def test_who_comes_back_hears_what_was_held_once_in_order_and_nothing_that_is_old(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with database.write() as work:
        work.add(Person(telegram_id=ANI, name="Ani", phone="+6281", created_at=work.now))
    telegram.next_answers("sendMessage", *[FORBIDDEN] * 4)
    old = await put(ANI, "lama")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
        clock.move(31 * 24 * HOUR)
        for text in ("satu", "dua", "satu"):
            last = await put(ANI, text)
            clock.move(1)
            database.wake("outbox")
        await until(lambda: len(telegram.calls) == 4)
        await noted(database, last)
        async with database.write() as work:
            await members.heard_from(work, ANI)
        clock.move(60)  # a chat's pace is kept by this clock, however late the machine sent what was before
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 6)
    assert [call.text for call in telegram.calls[4:]] == ["dua", "satu"]
    assert (await state(database, old)).state == "held"
