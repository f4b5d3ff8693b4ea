from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from telegram import Update
from telegram.error import NetworkError, RetryAfter

from bot.screens.screen import Reply
from bot.update_inbox import Act, Prepare, UpdateHandlers, UpdateInbox
from tests.unit.bot_runtime.conftest import until
from tests.unit.bot_runtime.rows import DEADLINE_SECONDS
from tests.unit.bot_runtime.telegram_by_script import TelegramByScript, bad, bot_over, refused
from workflows.store import inbox, outbox
from workflows.store.tables import InboxUpdate
from workflows.store.unit_of_work import Database, UnitOfWork

ANI, BUDI = 1001, 1002


def message(update_id: int, chat_id: int, text: str = "halo") -> Update:
    person = {"id": chat_id, "is_bot": False, "first_name": "x"}
    chat = {"id": chat_id, "type": "private", "first_name": "x"}
    data = {"message_id": update_id, "date": 1, "chat": chat, "from": person, "text": text}
    return Update.de_json({"update_id": update_id, "message": data}, None)


def press(update_id: int, chat_id: int) -> Update:
    person = {"id": chat_id, "is_bot": False, "first_name": "x"}
    chat = {"id": chat_id, "type": "private", "first_name": "x"}
    card = {"message_id": 1, "date": 1, "chat": chat, "text": "kartu"}
    query = {"id": str(update_id), "from": person, "chat_instance": "1", "data": "x", "message": card}
    return Update.de_json({"update_id": update_id, "callback_query": query}, None)


class Office:
    """Answers by writing down what it was told, in the transaction of the update."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []
        self.broken: set[str] = set()
        self.slow: asyncio.Event | None = None
        self.reply = Reply(toast="Dicatat")

    async def prepare(self, update: Update) -> Act:
        if self.slow is not None:
            await self.slow.wait()

        async def act(work: UnitOfWork) -> Reply:
            chat = update.effective_user.id if update.effective_user else 0
            text = update.message.text or "" if update.message else "press"
            self.heard.append((chat, text))
            await outbox.put(work, chat, "screen", {"text": text})
            if text in self.broken:
                raise ValueError("a bug in a handler")
            return self.reply

        return act


@contextlib.asynccontextmanager
async def handling(database: Database, telegram: TelegramByScript, prepare: Prepare) -> AsyncIterator[UpdateInbox]:
    """A process that receives: takes up what waits, then what arrives; ends in order."""
    handlers = UpdateHandlers(database, await bot_over(telegram), prepare)
    await handlers.load()
    task = asyncio.create_task(handlers.run())
    try:
        yield UpdateInbox(database, handlers)
        handlers.stop()
        await asyncio.wait_for(task, DEADLINE_SECONDS)
    finally:
        task.cancel()


async def waiting(database: Database) -> list[int]:
    async with database.read() as work:
        return [row.update_id for row in await inbox.waiting(work)]


async def answers(database: Database) -> list[str]:
    async with database.write() as work:
        return [f"{row.kind}:{row.params['text']}" for row in await outbox.due(work)]


async def said(database: Database) -> list[str]:
    """Return the sentences that go out apart from screens."""
    async with database.read() as work:
        return [row.params["params"]["sentence"] for row in await outbox.open_in(work, ANI, "notice")]


async def test_an_update_is_on_disk_before_telegram_is_told_that_it_was_received(
    database: Database, telegram: TelegramByScript, database_url: str
) -> None:
    queue = UpdateInbox(database, UpdateHandlers(database, await bot_over(telegram), Office().prepare))
    await queue.put(message(7, ANI))
    another_process = Database(database_url)
    assert await waiting(another_process) == [7]
    await another_process.close()


async def test_what_a_killed_process_left_is_handled_at_the_next_start_in_order(
    database: Database, telegram: TelegramByScript
) -> None:
    killed = UpdateInbox(database, UpdateHandlers(database, await bot_over(telegram), Office().prepare))
    for update_id, text in ((1, "satu"), (2, "dua"), (3, "tiga")):
        await killed.put(message(update_id, ANI, text))
    office = Office()
    async with handling(database, telegram, office.prepare):
        pass
    assert office.heard == [(ANI, "satu"), (ANI, "dua"), (ANI, "tiga")]
    assert await waiting(database) == []


async def test_an_update_that_telegram_repeats_is_handled_once(database: Database, telegram: TelegramByScript) -> None:
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(message(1, ANI))
        await queue.put(message(1, ANI))
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(message(1, ANI))
    assert office.heard == [(ANI, "halo")]


async def test_a_chat_keeps_its_order_while_others_go_on(database: Database, telegram: TelegramByScript) -> None:
    office = Office()
    gate = asyncio.Event()

    async def prepare(update: Update) -> Act:
        if update.update_id == 1:
            await gate.wait()  # Ani's letter takes long to download
        return await office.prepare(update)

    async with handling(database, telegram, prepare) as queue:
        await queue.put(message(1, ANI, "surat"))
        await queue.put(message(2, ANI, "sesudahnya"))
        await queue.put(message(3, BUDI))
        await until(lambda: bool(office.heard))
        gate.set()
    assert office.heard == [(BUDI, "halo"), (ANI, "surat"), (ANI, "sesudahnya")]


async def test_an_update_that_breaks_a_handler_is_tried_twice_apologised_for_and_not_in_the_way(
    database: Database, telegram: TelegramByScript
) -> None:
    office = Office()
    office.broken = {"rusak"}
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(message(1, ANI, "rusak"))
        await queue.put(message(2, BUDI, "baik"))
    assert office.heard.count((ANI, "rusak")) == 2
    assert sorted(await answers(database)) == ["notice:kiriman.gangguan", "screen:baik"]  # nothing of the broken try
    assert await waiting(database) == []


async def test_a_press_is_answered_once_with_its_toast(database: Database, telegram: TelegramByScript) -> None:
    async with handling(database, telegram, Office().prepare) as queue:
        await queue.put(press(1, ANI))
    assert [call.data["text"] for call in telegram.made("answerCallbackQuery")] == ["Dicatat"]


async def test_a_press_whose_work_takes_long_stops_spinning_before_it_is_done(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", 0.05)
    office = Office()
    office.slow = asyncio.Event()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(press(1, ANI))
        await until(lambda: len(telegram.made("answerCallbackQuery")) == 1)
        assert office.heard == []
        office.slow.set()
    assert len(telegram.made("answerCallbackQuery")) == 1
    assert office.heard == [(ANI, "press")]


async def test_an_alert_that_comes_too_late_for_the_button_is_said_as_a_message(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", 0.05)
    office = Office()
    office.slow = asyncio.Event()
    office.reply = Reply(toast="Anda tidak berwenang.", alert=True)
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(press(1, ANI))
        await until(lambda: len(telegram.made("answerCallbackQuery")) == 1)
        office.slow.set()
    assert await said(database) == ["Anda tidak berwenang."]


async def test_an_alert_in_time_is_said_once(database: Database, telegram: TelegramByScript) -> None:
    office = Office()
    office.reply = Reply(toast="Anda tidak berwenang.", alert=True)
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(press(1, ANI))
    assert [call.data["text"] for call in telegram.made("answerCallbackQuery")] == ["Anda tidak berwenang."]
    assert await said(database) == []


async def test_an_alert_of_a_press_too_old_to_be_answered_is_said_as_a_message(
    database: Database, telegram: TelegramByScript
) -> None:
    telegram.next_answers("answerCallbackQuery", bad("query is too old and response timeout expired"))
    office = Office()
    office.reply = Reply(toast="Anda tidak berwenang.", alert=True)
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(press(1, ANI))
    assert await said(database) == ["Anda tidak berwenang."]


async def test_who_waits_long_sees_that_we_are_at_it(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.update_inbox.ACTION_SECONDS", 0.05)
    telegram.next_answers("sendChatAction", refused(429, "Too Many Requests: retry after 3", retry_after=3))
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(message(1, BUDI))
        await until(lambda: office.heard == [(BUDI, "halo")])
        monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", 0.05)
        office.slow = asyncio.Event()
        await queue.put(message(2, ANI))
        await until(lambda: len(telegram.made("sendChatAction")) >= 3)
        office.slow.set()
    shown = telegram.made("sendChatAction")
    assert {(call.data["chat_id"], call.data["action"]) for call in shown} == {(ANI, "typing")}


async def test_a_press_too_old_to_be_answered_still_counts(database: Database, telegram: TelegramByScript) -> None:
    telegram.next_answers("answerCallbackQuery", bad("query is too old and response timeout expired"))
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(press(1, ANI))
    assert office.heard == [(ANI, "press")]
    assert await waiting(database) == []


async def test_what_cannot_be_kept_is_asked_of_telegram_again(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def disk_full(*_: object) -> bool:
        raise OSError("no space left on device")

    monkeypatch.setattr(inbox, "keep", disk_full)
    queue = UpdateInbox(database, UpdateHandlers(database, await bot_over(telegram), Office().prepare))
    with pytest.raises(NetworkError):  # the one kind of error after which PTB asks again and does not confirm
        await queue.put(message(1, ANI))


async def test_a_pin_of_a_message_that_the_bot_cannot_see_is_kept_like_any_other(
    database: Database, telegram: TelegramByScript
) -> None:
    person, chat = {"id": ANI, "is_bot": False, "first_name": "x"}, {"id": ANI, "type": "private", "first_name": "x"}
    unseen = {"message_id": 5, "date": 0, "chat": chat}
    pinned = {"message_id": 9, "date": 1, "chat": chat, "from": person, "pinned_message": unseen}
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(Update.de_json({"update_id": 1, "message": pinned}, None))
        await queue.put(message(2, ANI, "surat"))
    assert office.heard == [(ANI, ""), (ANI, "surat")]


async def test_an_update_that_can_never_be_kept_keeps_nobody_waiting_and_its_sender_hears_of_it(
    database: Database, telegram: TelegramByScript
) -> None:
    odd = message(1, ANI)
    with odd._unfrozen():
        odd.api_kwargs = {"of a Bot API to come": object()}
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        await queue.put(odd)
        await queue.put(message(2, BUDI, "surat"))
    assert office.heard == [(BUDI, "surat")]
    assert await answers(database) == ["notice:kiriman.gangguan", "screen:surat"]
    assert await waiting(database) == []


async def test_a_group_is_left_and_nothing_of_it_is_kept(database: Database, telegram: TelegramByScript) -> None:
    person, group = {"id": ANI, "is_bot": False, "first_name": "x"}, {"id": -55, "type": "group", "title": "x"}
    office = Office()
    async with handling(database, telegram, office.prepare) as queue:
        for update_id in (1, 2):
            said = {"message_id": update_id, "date": 1, "chat": group, "from": person, "text": "/start"}
            await queue.put(Update.de_json({"update_id": update_id, "message": said}, None))
    async with database.write() as work:
        assert [(row.kind, row.chat_id) for row in await outbox.due(work)] == [("leave", -55)]
        assert await work.session.get(InboxUpdate, 1) is None
    assert office.heard == []


async def test_a_file_sent_just_before_the_line_failed_is_waited_for(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.outcome.backoff", lambda _attempts: 0.0)
    office, failures = Office(), [NetworkError("Bad Gateway"), RetryAfter(0), NetworkError("Bad Gateway")]

    async def prepare(update: Update) -> Act:
        if failures:
            raise failures.pop()
        return await office.prepare(update)

    async with handling(database, telegram, prepare) as queue:
        await queue.put(message(1, ANI, "surat"))
    assert office.heard == [(ANI, "surat")]
    assert await answers(database) == ["screen:surat"]


async def test_a_file_that_telegram_never_gives_is_apologised_for(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.outcome.backoff", lambda _attempts: 0.0)

    async def prepare(_update: Update) -> Act:
        raise NetworkError("Bad Gateway")

    async with handling(database, telegram, prepare) as queue:
        await queue.put(message(1, ANI, "surat"))
    assert await answers(database) == ["notice:kiriman.gangguan"]
    assert await waiting(database) == []


async def test_an_update_whose_failure_no_database_could_keep_holds_nobody_up(
    database: Database, telegram: TelegramByScript
) -> None:
    """PostgreSQL takes no NUL in a text: the note of the failure must not fail in its turn, for ever."""
    office = Office()

    async def prepare(update: Update) -> Act:
        if update.update_id == 1:
            raise ValueError("what is \0 this")
        return await office.prepare(update)

    async with handling(database, telegram, prepare) as queue:
        await queue.put(message(1, ANI, "racun\0"))
        await queue.put(message(2, ANI, "surat"))
    assert office.heard == [(ANI, "surat")]
    assert await waiting(database) == []


async def test_an_answer_that_failed_is_given_again_but_not_one_that_was_refused(
    database: Database, telegram: TelegramByScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.press_answer.PAUSES", (0.0, 0.0, 0.0))
    telegram.next_answers("answerCallbackQuery", refused(502, "Bad Gateway"))
    async with handling(database, telegram, Office().prepare) as queue:
        await queue.put(press(1, ANI))
    assert len(telegram.made("answerCallbackQuery")) == 2
    telegram.next_answers("answerCallbackQuery", bad("query is too old and response timeout expired"))
    async with handling(database, telegram, Office().prepare) as queue:
        await queue.put(press(2, ANI))
    assert len(telegram.made("answerCallbackQuery")) == 3
