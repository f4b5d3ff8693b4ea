"""Several processes receive and stand by to send, on one database: people notice nothing of it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator

import pytest
from telegram import Update

from bot.delivery.flood import Flood
from bot.outbox_sender import OutboxSender
from bot.screens.screen import Rendered
from bot.update_inbox import Act, Prepare, UpdateHandlers, UpdateInbox
from tests.processes import process
from tests.unit.bot_runtime.conftest import Clock, sending, until
from tests.unit.bot_runtime.rows import as_told
from tests.unit.bot_runtime.telegram_by_script import TelegramByScript, bot_over
from tests.unit.bot_runtime.test_update_inbox import ANI, BUDI, Office, handling, message, press, waiting
from workflows.store import outbox
from workflows.store.presence import present
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork

GROUP = -100


@pytest.fixture
async def one(postgresql_url: str, clock: Clock) -> AsyncIterator[Database]:
    async with process(postgresql_url, clock) as database:
        yield database


@pytest.fixture
async def other(postgresql_url: str, clock: Clock) -> AsyncIterator[Database]:
    async with process(postgresql_url, clock) as database:
        yield database


def slow(office: Office, *updates: int) -> tuple[Prepare, asyncio.Event]:
    """Let these updates take long to prepare, until the event."""
    gate = asyncio.Event()

    async def prepare(update: Update) -> Act:
        if update.update_id in updates:
            await gate.wait()
        return await office.prepare(update)

    return prepare, gate


async def test_one_update_that_reaches_two_replicas_at_once_is_done_once(
    one: Database, other: Database, telegram: TelegramByScript
) -> None:
    office = Office()
    async with handling(one, telegram, office.prepare) as here, handling(other, telegram, office.prepare) as there:
        for number in range(1, 20):
            await asyncio.gather(here.put(press(number, ANI)), there.put(press(number, ANI)))
    assert office.heard == [(ANI, "press")] * 19
    assert len(telegram.made("answerCallbackQuery")) == 19
    assert await waiting(one) == []


async def test_a_chat_keeps_its_order_though_its_updates_reach_different_replicas(
    one: Database, other: Database, telegram: TelegramByScript
) -> None:
    office = Office()
    prepare, gate = slow(office, 1)
    async with handling(one, telegram, prepare) as here, handling(other, telegram, prepare) as there:
        await here.put(message(1, ANI, "surat"))
        await there.put(message(2, ANI, "sesudahnya"))
        await there.put(message(3, BUDI, "lain"))
        await here.put(message(4, ANI, "terakhir"))
        await until(lambda: (BUDI, "lain") in office.heard)
        assert office.heard == [(BUDI, "lain")], "who waits for nobody goes on"
        gate.set()
    assert [text for chat, text in office.heard if chat == ANI] == ["surat", "sesudahnya", "terakhir"]
    assert await waiting(one) == []


async def test_many_chats_on_three_replicas_each_in_order(
    one: Database, other: Database, postgresql_url: str, clock: Clock, telegram: TelegramByScript
) -> None:
    office = Office()
    async with contextlib.AsyncExitStack() as stack:
        third = await stack.enter_async_context(process(postgresql_url, clock))
        doors = [
            await stack.enter_async_context(handling(each, telegram, office.prepare)) for each in (one, other, third)
        ]
        for number in range(1, 61):
            await doors[number % 3].put(message(number, 1000 + number % 5, str(number)))
    for chat in range(1000, 1005):
        heard = [int(text) for who, text in office.heard if who == chat]
        assert heard == sorted(heard)
        assert len(heard) == 12


async def test_what_a_dead_replica_received_another_takes_up(
    one: Database, other: Database, telegram: TelegramByScript, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.update_inbox.SWEEP_SECONDS", 0.05)
    dead = UpdateInbox(one, UpdateHandlers(one, await bot_over(telegram), Office().prepare))
    office = Office()
    async with handling(other, telegram, office.prepare):
        await dead.put(message(1, ANI))
        await asyncio.sleep(0.3)
        assert office.heard == [], "it may be at it"
        clock.move(11)
        await until(lambda: office.heard == [(ANI, "halo")])


async def said(database: Database, chat: int, *texts: str) -> None:
    for text in texts:
        async with database.write() as work:
            await outbox.put(work, chat, "screen", {"text": text})


async def test_one_process_sends_what_both_have_to_say_and_the_next_goes_on_when_it_ends(
    one: Database, other: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    theirs = TelegramByScript()
    async with sending(other, theirs, as_told, clock):
        async with sending(one, telegram, as_told, clock):
            await said(one, ANI, "satu")
            await until(lambda: len(telegram.calls) + len(theirs.calls) == 1)
            for chat in range(BUDI, BUDI + 20):
                await said(one if chat % 2 else other, chat, "dua")
            await until(lambda: len(telegram.calls) + len(theirs.calls) == 21)
            assert [] in (telegram.calls, theirs.calls), "one of them sends"
        await said(one, ANI, "tiga")
        await until(lambda: len(telegram.calls) + len(theirs.calls) == 22)
    heard = [call.text for call in (*telegram.calls, *theirs.calls) if call.data["chat_id"] == ANI]
    assert heard == ["satu", "tiga"]


async def test_who_sends_after_another_died_keeps_to_what_telegram_still_counts(
    postgresql_url: str, other: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    async with process(postgresql_url, clock) as dead:
        await said(dead, GROUP, *(f"a{number}" for number in range(30)))
        dying = asyncio.create_task(OutboxSender(dead, await bot_over(telegram), as_told, clock=clock.seconds).run())
        await until(lambda: len(telegram.calls) == Flood.GROUP_BURST)
        await asyncio.sleep(0.1)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    before = len(telegram.calls)
    async with sending(other, telegram, as_told, clock):
        await asyncio.sleep(0.2)
        assert len(telegram.calls) == before, "the group has heard what it may hear in this minute"
        clock.move(30)
        other.wake("outbox")
        await until(lambda: len(telegram.calls) >= before + 9)
        await asyncio.sleep(0.2)
        assert len(telegram.calls) <= before + 10


async def test_a_sender_that_was_taken_for_dead_sends_nothing_more(
    postgresql_url: str, other: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    begun = asyncio.Event()
    gone_on = asyncio.Event()

    async def render(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        begun.set()
        await gone_on.wait()
        return await as_told(work, row)

    theirs = TelegramByScript()
    frozen = Database(postgresql_url, clock=clock)
    async with present(frozen):
        await said(frozen, ANI, "satu", "dua")
        task = asyncio.create_task(OutboxSender(frozen, await bot_over(theirs), render, clock=clock.seconds).run())
        await begun.wait()
    async with sending(other, telegram, as_told, clock):  # the frozen one's session has ended
        await until(lambda: len(telegram.calls) == 2)
        gone_on.set()  # it wakes in the middle of a send
        with pytest.raises(BaseExceptionGroup):
            await asyncio.wait_for(task, 10)
    assert [call.text for call in telegram.calls] == ["satu\n\n(dikirim ulang)", "dua"]
    assert [call.text for call in theirs.calls] == ["satu"], "the one send that was under way, and no other"
    await frozen.close()


def test_the_memory_of_the_pace_is_as_long_as_any_limit() -> None:
    fill = max(Flood.WINDOW_SECONDS, Flood.GROUP_BURST / Flood.GROUP_RATE)
    assert max(fill, Flood.PRIVATE_BURST / Flood.PRIVATE_RATE) <= Flood.MEMORY_SECONDS
    assert dt.timedelta(seconds=Flood.MEMORY_SECONDS) >= dt.timedelta(minutes=1)
