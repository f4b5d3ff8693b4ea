"""What the sandbox does on a bad day is what PTB, which knows Telegram, reads from it."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from tests.unit.sandbox.conftest import EchoBot


async def texts(person: SandboxUser) -> list[str]:
    return [message.text for message in await person.messages() if message.from_bot]


async def test_a_flood_says_how_long_to_wait_and_does_nothing(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    await sandbox.order("flood", "sendMessage", seconds=7)
    with pytest.raises(RetryAfter) as refused:
        await ptb.send_message(siti.id, "halo")
    assert refused.value.retry_after == dt.timedelta(seconds=7)
    await ptb.send_message(siti.id, "halo lagi")
    assert await texts(siti) == ["halo lagi"]


@pytest.mark.parametrize("code", [500, 502, 504])
async def test_a_server_error_is_one_to_ptb(sandbox: Sandbox, ptb: Bot, siti: SandboxUser, code: int) -> None:
    await sandbox.order("server_error", "sendMessage", code=code)
    with pytest.raises(NetworkError) as failed:
        await ptb.send_message(siti.id, "halo")
    assert not isinstance(failed.value, BadRequest)
    assert await texts(siti) == []


@pytest.mark.parametrize(("kind", "seen"), [("cut_before", []), ("cut_after", ["halo"])])
async def test_a_cut_connection_gives_no_answer(
    sandbox: Sandbox, ptb: Bot, siti: SandboxUser, kind: str, seen: list[str]
) -> None:
    await sandbox.order(kind, "sendMessage")
    with pytest.raises(NetworkError):
        await ptb.send_message(siti.id, "halo")
    assert await texts(siti) == seen
    assert await sandbox.faults_left() == 0
    assert await sandbox.refusals() == []  # it was ordered: no fault of the bot


async def test_a_fault_meets_only_the_chat_it_was_ordered_for(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    await sandbox.order("server_error", times=None, chat_id=siti.id + 1)
    await ptb.send_message(siti.id, "halo")
    assert await texts(siti) == ["halo"]
    assert await sandbox.faults_left() == 1
    await sandbox.heal()
    assert await sandbox.faults_left() == 0


async def test_a_revoked_token_opens_nothing_and_ends_the_poll(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    await ptb.get_updates(offset=-1)
    polling = asyncio.create_task(ptb.get_updates(offset=10_000, timeout=20))
    await asyncio.sleep(0.1)
    await sandbox.revoke_token("1000001:a-new-token-that-opens-the-sandbox-1")
    for call in (polling, ptb.send_message(siti.id, "halo")):
        with pytest.raises(InvalidToken):
            await call
    new = Bot("1000001:a-new-token-that-opens-the-sandbox-1", base_url=f"{sandbox.url}/bot")
    async with new:
        await new.send_message(siti.id, "halo")
    assert DEFAULT_TOKEN not in new.token


async def test_updates_come_again_and_backwards_when_ordered(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    await siti.send_text("satu")
    await siti.send_text("dua")
    first = [update.update_id for update in await ptb.get_updates()]
    assert await ptb.get_updates(offset=first[-1] + 1) == ()
    assert await sandbox.repeat_updates() == len(first)
    await sandbox.reverse_updates()
    assert [update.update_id for update in await ptb.get_updates()] == first[::-1]
    assert [update.update_id for update in await ptb.get_updates()] == first


async def test_a_person_deletes_the_bots_message_and_the_bot_cannot_edit_it(ptb: Bot, siti: SandboxUser) -> None:
    sent = await ptb.send_message(siti.id, "kartu")
    await siti.delete(await siti.wait_for("kartu"))
    with pytest.raises(TelegramError, match="Message to edit not found"):
        await ptb.edit_message_text("kartu baru", chat_id=siti.id, message_id=sent.message_id)


async def test_a_polling_bot_lives_through_cut_polls(sandbox: Sandbox, echo_bot: EchoBot, siti: SandboxUser) -> None:
    assert echo_bot.updater is not None
    await sandbox.order("cut_after", "getUpdates", times=2)
    await siti.send_text("masih di sana?")
    await siti.wait_for("gema: masih di sana?", timeout_s=20)
