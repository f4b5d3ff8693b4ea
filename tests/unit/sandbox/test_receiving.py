"""How updates reach the bot: long polls, confirmations, conflicts, the webhook; and the sandbox outliving the bot."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from bot.sandbox.updates import UpdateQueue


async def test_updates_stay_until_they_are_confirmed(ptb: Bot, siti: SandboxUser) -> None:
    await siti.send_text("satu")
    first = await ptb.get_updates()
    assert [update.message and update.message.text for update in first] == ["/start", "satu"]
    assert [update.update_id for update in await ptb.get_updates()] == [update.update_id for update in first]
    assert await ptb.get_updates(offset=first[-1].update_id + 1) == ()


async def test_a_long_poll_returns_when_something_happens(ptb: Bot, siti: SandboxUser) -> None:
    offset = (await ptb.get_updates())[-1].update_id + 1
    poll = asyncio.create_task(ptb.get_updates(offset=offset, timeout=20))
    await asyncio.sleep(0.05)
    await siti.send_text("halo")
    (update,) = await asyncio.wait_for(poll, 2)
    assert update.message is not None
    assert update.message.text == "halo"


async def test_allowed_updates_are_remembered(ptb: Bot, siti: SandboxUser) -> None:
    offset = (await ptb.get_updates(allowed_updates=["callback_query"]))[-1].update_id + 1
    await siti.send_text("tidak diminta")
    assert await ptb.get_updates(offset=offset) == ()


async def test_two_pollers_are_one_too_many(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    offset = (await ptb.get_updates())[-1].update_id + 1
    first = asyncio.create_task(ptb.get_updates(offset=offset, timeout=20))
    await asyncio.sleep(0.05)
    async with Bot(DEFAULT_TOKEN, base_url=f"{sandbox.url}/bot") as second:
        assert await second.get_updates(offset=offset) == ()
    with pytest.raises(Conflict, match=r"[Tt]erminated by other getUpdates request"):
        await first


async def test_the_webhook_gets_the_secret_and_another_try(ptb: Bot, siti: SandboxUser) -> None:
    received: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    answers = iter([500, 200, 200])

    async def hook(request: web.Request) -> web.Response:
        body = await request.json()
        await received.put((request.headers["X-Telegram-Bot-Api-Secret-Token"], body["message"]["text"]))
        return web.Response(status=next(answers))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await ptb.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="rahasia-1")
    await siti.send_text("lewat webhook")
    got = [await asyncio.wait_for(received.get(), 5) for _ in range(3)]
    assert got == [("rahasia-1", "/start"), ("rahasia-1", "/start"), ("rahasia-1", "lewat webhook")]
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await ptb.get_updates()
    info = await ptb.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    await ptb.delete_webhook()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://tarakankota.go.id/hook", "a", "an https url must be provided for webhook"),
        ("https://tarakankota.go.id/hook", "a b", "Secret token contains unallowed characters"),
        ("https://tarakankota.go.id/hook", "a" * 257, "Secret token is too long"),
    ],
)
async def test_webhooks_telegram_does_not_take(ptb: Bot, url: str, secret: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await ptb.set_webhook(url, secret_token=secret)


async def test_a_sandbox_of_its_own_keeps_what_the_bot_missed(sandbox_apart: Sandbox) -> None:
    siti = await sandbox_apart.add_person("Siti", phone="62811")
    await siti.open_link("undangan")
    for _ in range(2):  # the second bot stands for one that was restarted
        async with Bot(DEFAULT_TOKEN, base_url=f"{sandbox_apart.url}/bot") as bot:
            (update,) = await bot.get_updates()
            assert update.message is not None
            assert update.message.text == "/start undangan"


async def test_foreign_pages_and_names_are_kept_out(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            async with session.post(f"{sandbox.url}/sandbox/people", json={"name": "x"}, headers=headers) as response:
                assert response.status == 403


async def test_telegram_forgets_a_press_after_150_seconds_and_a_message_after_a_day() -> None:
    now = 0.0
    queue = UpdateQueue(lambda: now)
    for kind in ("message", "callback_query"):
        queue.add(kind, {})
    now = 149.0
    assert [sorted(one)[0] for one in await queue.poll(0, 10, 0)] == ["message", "callback_query"]
    now = 150.0
    assert [sorted(one)[0] for one in await queue.poll(0, 10, 0)] == ["message"]
    now = 24 * 3600.0
    assert await queue.poll(0, 10, 0) == []
