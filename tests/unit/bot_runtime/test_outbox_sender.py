from __future__ import annotations

import asyncio
import datetime as dt
import functools

import httpx
import pytest
from sqlalchemy import select
from telegram.error import TimedOut

from bot.delivery.outcome import FILE_TRIES
from bot.outbox_sender import OutboxSender, Render
from bot.screens.screen import DocumentScreen, Later, Rendered, Screen
from tests.unit.bot_runtime.conftest import Clock, sending, until
from tests.unit.bot_runtime.rows import ANI, BUDI, DEADLINE_SECONDS, Put, as_told, noted, params_of, state
from tests.unit.bot_runtime.telegram_by_script import FORBIDDEN, TelegramByScript, bad, bot_over, refused
from workflows.people import members
from workflows.store import inbox, outbox
from workflows.store.tables import OutboxMessage, Person
from workflows.store.unit_of_work import Database, UnitOfWork


async def test_a_chat_hears_everything_in_order(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    for number in range(3):
        await put(ANI, f"a{number}")
        await put(BUDI, f"b{number}")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 6)
    for chat, letter in ((ANI, "a"), (BUDI, "b")):
        assert [call.text for call in telegram.calls if call.data["chat_id"] == chat] == [
            f"{letter}{number}" for number in range(3)
        ]


async def test_a_message_whose_answer_died_with_the_process_is_sent_again_and_says_so(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    first, second = await put(ANI, "penting"), await put(ANI, "biasa")
    asked = asyncio.Event()

    async def die_here(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        asked.set()
        await asyncio.Event().wait()  # the power goes after the row was marked, before Telegram's answer is noted
        return None

    dying = asyncio.create_task(OutboxSender(database, await bot_over(telegram), die_here, clock=clock.seconds).run())
    await asked.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await state(database, first)).state == "sending"

    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 2)
    assert [call.text for call in telegram.calls] == ["penting\n\n(dikirim ulang)", "biasa"]
    assert [(await state(database, row)).doubtful for row in (first, second)] == [True, False]


async def test_flood_control_is_waited_out_and_nothing_overtakes(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("sendMessage", refused(429, "Too Many Requests: retry after 7", retry_after=7))
    first = await put(ANI, "satu")
    await put(ANI, "dua")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
        await noted(database, first)
        clock.move(6)
        database.wake("outbox")
        await asyncio.sleep(0.1)
        assert [call.text for call in telegram.calls] == ["satu"]
        assert (await state(database, first)).state == "pending"
        clock.move(2)
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 3)
    assert [call.text for call in telegram.calls] == ["satu", "satu", "dua"]


async def test_who_blocked_the_bot_is_marked_once_and_the_administrators_hear_of_it(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, BUDI)
        work.add(Person(telegram_id=ANI, name="Ani", phone="+6281", created_at=work.now))
    telegram.next_answers("sendMessage", FORBIDDEN, FORBIDDEN)
    rows = [await put(ANI, "satu"), await put(ANI, "dua")]

    async def render(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        return Screen(text=str(row.params)) if row.kind == "notice" else await as_told(work, row)

    async with sending(database, telegram, render, clock):
        await until(lambda: any(call.data["chat_id"] == BUDI for call in telegram.calls))
    assert [(await state(database, row)).state for row in rows] == ["held", "held"]
    told = [call.text for call in telegram.calls if call.data["chat_id"] == BUDI]
    assert len(told) == 1
    assert "kiriman.diblokir" in told[0]
    assert "Ani" in told[0]
    async with database.read() as work:
        ani = await members.whois(work, ANI)
    assert ani is not None


async def test_who_begins_while_telegram_still_knows_no_chat_is_not_lost(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with database.write() as work:
        work.add(Person(telegram_id=ANI, name="Ani", phone="+6281", created_at=work.now))
    telegram.next_answers("sendMessage", bad("chat not found"))
    row = await put(ANI, "satu")

    async def begins_meanwhile(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        if not telegram.calls:
            clock.move(1)
            async with database.write() as other:
                await inbox.keep(other, 1, ANI, {"update_id": 1})
        return await as_told(work, row)

    async with sending(database, telegram, begins_meanwhile, clock):
        await until(lambda: len(telegram.calls) == 1)
        await noted(database, row)
        clock.move(2)
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 2)
    assert (await state(database, row)).state == "sent"
    async with database.read() as work:
        ani = await members.whois(work, ANI)
    assert ani is not None
    assert ani.person.blocked_at is None


@pytest.mark.parametrize(
    ("cause", "doubtful"),
    [(httpx.ReadTimeout("no answer"), True), (httpx.ConnectError("no route"), False)],
)
async def test_only_a_lost_answer_is_doubtful(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put, *, cause: Exception, doubtful: bool
) -> None:
    from telegram.error import NetworkError

    failure = NetworkError("the line is down")
    failure.__cause__ = cause
    telegram.next_answers("sendMessage", failure)
    row = await put(ANI, "satu")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
        await noted(database, row)
        clock.move(2)
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 2)
    assert ("(dikirim ulang)" in telegram.calls[1].text) is doubtful
    assert (await state(database, row)).state == "sent"


async def test_a_deletion_planned_for_later_lets_others_pass_and_comes_on_time(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    await put(ANI, "rahasia", delete_after=dt.timedelta(minutes=5).total_seconds())

    async def render(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
        params = params_of(row)
        seconds = params.pop("delete_after", None)
        return Screen(**params, delete_after=dt.timedelta(seconds=seconds) if seconds else None)

    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.calls) == 1)
        await put(ANI, "lain")
        await until(lambda: len(telegram.calls) == 2)
        assert [call.method for call in telegram.calls] == ["sendMessage", "sendMessage"]
        clock.move(301)
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 3)
    assert telegram.calls[2].method == "deleteMessage"
    assert telegram.calls[2].data["message_id"] == 101


TOO_OLD = bad("message can't be deleted for everyone")
A_FILE = bad("there is no text in the message to edit")


async def deleted_late(database: Database, telegram: TelegramByScript, clock: Clock) -> list[str]:
    """Let a message be deleted that is older than two days; return what was called."""
    telegram.next_answers("deleteMessage", TOO_OLD)
    async with database.write() as work:
        await outbox.put_on_message(work, ANI, "delete", 7)
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) >= 2)
    return [call.method for call in telegram.calls]


async def test_a_password_that_is_too_old_to_be_deleted_is_written_over(
    database: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    assert await deleted_late(database, telegram, clock) == ["deleteMessage", "editMessageText"]
    assert telegram.calls[1].text == "(dihapus)"


async def test_so_is_a_file(database: Database, telegram: TelegramByScript, clock: Clock) -> None:
    telegram.next_answers("editMessageText", A_FILE)
    assert (await deleted_late(database, telegram, clock))[-1] == "editMessageMedia"


async def test_whoever_wrote_what_no_bot_can_delete_is_asked_to(
    database: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    telegram.next_answers("editMessageText", bad("message can't be edited"))
    await deleted_late(database, telegram, clock)
    async with database.read() as work:
        asked = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
        assert [row.params["text"] for row in asked] == ["kiriman.hapus_sendiri"]


async def test_words_that_are_to_stand_where_a_file_stands_come_as_a_message_of_their_own(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("editMessageText", A_FILE)

    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return Screen(text="Lanjutkan pengisian?", edit_message=7)

    await put(ANI, "x")
    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.calls) == 2)
    assert [call.method for call in telegram.calls] == ["editMessageText", "sendMessage"]


async def test_a_group_is_left_and_one_that_we_are_out_of_is_as_good(
    database: Database, telegram: TelegramByScript, clock: Clock
) -> None:
    telegram.next_answers("leaveChat", refused(403, "Forbidden: bot is not a member of the supergroup chat"))
    async with database.write() as work:
        await outbox.put(work, -55, "leave")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
    async with database.write() as work:
        assert await outbox.due(work) == []


async def test_a_file_whose_answer_gets_lost_time_and_again_is_given_up_and_told(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, BUDI)
    telegram.next_answers("sendDocument", *[TimedOut("no answer")] * 9)

    async def render(_work: UnitOfWork, row: OutboxMessage) -> Rendered:
        if row.kind == "notice":
            return Screen(text=str(row.params["text"]))
        return DocumentScreen(content=b"salinan", name="salinan.sql.gz")

    lost = await put(ANI, "berkas")
    async with sending(database, telegram, render, clock):
        for tries in range(1, FILE_TRIES + 1):
            await until(lambda tries=tries: len(telegram.made("sendDocument")) == tries)  # type: ignore[misc]
            await noted(database, lost)
            clock.move(120)
            database.wake("outbox")
        await until(lambda: "kiriman.tidak_terkirim" in [call.text for call in telegram.calls])
    assert len(telegram.made("sendDocument")) == FILE_TRIES
    assert (await state(database, lost)).state == "dropped"


async def test_one_chats_flood_holds_all_chats(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    telegram.next_answers("sendMessage", refused(429, "Too Many Requests: retry after 9", retry_after=9))
    await put(ANI, "satu")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 1)
        await put(BUDI, "dua")
        clock.move(8)
        database.wake("outbox")
        await asyncio.sleep(0.2)
        assert len(telegram.calls) == 1
        clock.move(2)
        database.wake("outbox")
        await until(lambda: "dua" in [call.text for call in telegram.calls])


async def test_a_group_that_became_a_supergroup_is_followed(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    moved = refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
    telegram.next_answers("sendMessage", moved)
    await put(-55, "satu")
    await put(-55, "dua")
    async with sending(database, telegram, as_told, clock):
        await until(lambda: len(telegram.calls) == 3)
    assert [(call.data["chat_id"], call.text) for call in telegram.calls] == [
        (-55, "satu"),
        (-1009, "satu"),
        (-1009, "dua"),
    ]


async def test_what_is_not_ready_waits_and_what_is_obsolete_is_dropped(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    answers: list[Rendered] = [Later(), None, Screen(text="surat")]

    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return answers.pop(0)

    letter, obsolete = await put(ANI, "surat"), await put(ANI, "usang")
    async with sending(database, telegram, render, clock):
        await until(lambda: len(answers) == 1)
        clock.move(1)
        database.wake("outbox")
        await until(lambda: len(telegram.calls) == 1)
    assert [(await state(database, row)).state for row in (letter, obsolete)] == ["sent", "dropped"]
    assert (await state(database, letter)).doubtful is False


async def test_one_row_that_cannot_be_rendered_silences_nobody(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async def render(work: UnitOfWork, row: OutboxMessage) -> Rendered:
        if row.params["text"] == "rusak":
            raise ValueError("a bug in a screen")
        return await as_told(work, row)

    broken, after = await put(ANI, "rusak"), await put(ANI, "sesudah")
    await put(BUDI, "lain")
    async with sending(database, telegram, render, clock):
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(telegram.calls) < 2:
                clock.move(1)
                database.wake("outbox")
                await asyncio.sleep(0.02)
    assert sorted(call.text for call in telegram.calls) == ["lain", "sesudah"]
    assert (await state(database, broken)).state == "dropped"
    assert "a bug in a screen" in ((await state(database, broken)).error or "")
    assert (await state(database, after)).state == "sent"


async def test_credentials_are_destroyed_only_once_telegram_has_them(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    destroyed: list[str] = []

    async def destroy(_work: UnitOfWork) -> None:
        destroyed.append(telegram.calls[-1].method)

    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return Screen(text="kata sandi", protect=True, once_sent=destroy)

    telegram.next_answers("sendMessage", refused(500, "Internal Server Error"))
    row = await put(ANI)
    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.calls) == 1)
        await noted(database, row)
        assert destroyed == []
        clock.move(2)
        database.wake("outbox")
        await until(lambda: bool(destroyed))
    assert telegram.calls[-1].data["protect_content"] is True


async def test_a_password_stands_in_one_known_message_only_whenever_the_process_dies(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    life = dt.timedelta(minutes=5)
    destroyed: list[bool] = []

    async def destroy(_work: UnitOfWork) -> None:
        destroyed.append(True)

    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return Screen(text="rahasia", cover="sebentar", protect=True, delete_after=life, once_sent=destroy)

    row = await put(ANI)
    for calls, method in ((1, "sendMessage"), (3, "editMessageText")):
        await _die_after(database, telegram, render, clock, calls=calls)
        assert telegram.calls[-1].method == method
        assert destroyed == []
    clock.move(60)
    async with sending(database, telegram, render, clock):
        await until(lambda: bool(destroyed))
        await noted(database, row)
        assert (await state(database, row)).state == "sent"
        clock.move(life.total_seconds() - 1)
        database.wake("outbox")
        await asyncio.sleep(0.1)
        assert not telegram.made("deleteMessage"), "it stands for as long as it says, though it was begun a minute ago"
        clock.move(2)
        database.wake("outbox")
        await until(lambda: bool(telegram.made("deleteMessage")))
    holding = {call.data["message_id"] for call in telegram.made("editMessageText")}
    assert not any("rahasia" in call.text for call in telegram.made("sendMessage"))
    assert all(call.data["protect_content"] for call in telegram.made("sendMessage"))
    assert {call.data["message_id"] for call in telegram.made("deleteMessage")} >= holding
    assert len(holding) == 1


async def _die_after(
    database: Database, telegram: TelegramByScript, render: Render, clock: Clock, *, calls: int
) -> None:
    """Send until Telegram has heard so many calls; what it answered to the last is never noted."""
    heard = asyncio.Event()

    class Deaf(OutboxSender):
        async def _deliver(self, row: OutboxMessage) -> None:
            if len(telegram.calls) == calls - 1:
                await self._attempt(row)
                heard.set()
                await asyncio.Event().wait()
            await super()._deliver(row)

    dying = asyncio.create_task(Deaf(database, await bot_over(telegram), render, clock=clock.seconds).run())
    await asyncio.wait_for(heard.wait(), DEADLINE_SECONDS)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)


async def test_a_password_whose_message_was_deleted_meanwhile_is_shown_in_another(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return Screen(text="rahasia", cover="sebentar", protect=True, delete_after=dt.timedelta(minutes=5))

    telegram.next_answers("editMessageText", bad("message to edit not found"))
    await put(ANI)
    async with sending(database, telegram, render, clock):
        await until(lambda: len(telegram.made("editMessageText")) == 2)
    assert [call.text for call in telegram.calls] == ["sebentar", "rahasia", "sebentar", "rahasia"]
    assert [call.data["message_id"] for call in telegram.made("editMessageText")] == [101, 102]


async def test_progress_is_edited_at_most_once_a_second(
    database: Database, telegram: TelegramByScript, clock: Clock, put: Put
) -> None:
    newest = "0"

    async def render(_work: UnitOfWork, _row: OutboxMessage) -> Rendered:
        return Screen(text=newest, subject="job:1", least_pause=dt.timedelta(seconds=1))

    async with sending(database, telegram, render, clock):
        for step in range(1, 6):
            newest = str(step)
            await put(ANI)
            if step <= 2:
                await until(functools.partial(_called, telegram, step))
        await asyncio.sleep(0.05)
        assert [call.text for call in telegram.calls] == ["1", "2"]
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(telegram.calls) < 3:
                clock.move(1.1)
                database.wake("outbox")
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
    assert [call.text for call in telegram.calls] == ["1", "2", "5"]


def _called(telegram: TelegramByScript, times: int) -> bool:
    return len(telegram.calls) >= times


async def test_what_is_said_once_is_said_once_also_under_a_key_longer_than_is_kept(database: Database) -> None:
    long = "certificate:" + "x" * 300
    for key, is_new in ((f"{long}:1", True), (f"{long}:2", True), (f"{long}:1", False)):
        async with database.write() as work:
            assert (await outbox.put(work, ANI, "screen", {"text": key}, key=key) is not None) == is_new
