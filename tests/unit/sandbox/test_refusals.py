"""What Telegram refuses, a real PTB bot is refused here, in Telegram's words."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.sandbox.client import Sandbox, SandboxRefused, SandboxUser
from bot.sandbox.limits import FloodLimits
from bot.sandbox.runner import DEFAULT_TOKEN, running_sandbox
from tests.unit.sandbox.test_people import png


def keyboard(**action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Setujui", api_kwargs=action)]])


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"callback_data": "x" * 65}, "Button_data_invalid"),
        ({"callback_data": "é" * 33}, "Button_data_invalid"),
        (
            {"callback_data": ""},
            "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "a", "url": "https://a.id"}, "exactly one of the optional fields must be used"),
        ({"callback_data": "a", "style": "green"}, "invalid button style specified"),
        ({"url": "ftp://a.id"}, "is invalid: Unsupported URL protocol"),
        ({"url": "http://localhost/"}, "is invalid: Wrong HTTP URL"),
        ({"copy_text": {"text": ""}}, "Button_copy_text_invalid"),
        ({"copy_text": {"text": "x" * 257}}, "Button_copy_text_invalid"),
    ],
)
async def test_buttons(ptb: Bot, siti: SandboxUser, action: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        await ptb.send_message(siti.id, "halo", reply_markup=keyboard(**action))
    assert reason.lower() in refusal.value.message.lower()


async def test_buttons_at_their_limits_pass(ptb: Bot, siti: SandboxUser) -> None:
    for action in ({"callback_data": "x" * 64, "style": "success"}, {"copy_text": {"text": "x" * 256}}):
        await ptb.send_message(siti.id, "halo", reply_markup=keyboard(**action))
    assert len([message for message in await siti.messages() if message.from_bot]) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("<b></b>", "Text must be non-empty"),
        ("<b>a", "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_texts(ptb: Bot, siti: SandboxUser, text: str, reason: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        await ptb.send_message(siti.id, text, parse_mode="HTML")
    assert refusal.value.message.lower() == reason.lower()


async def test_the_limit_counts_after_parsing(ptb: Bot, siti: SandboxUser) -> None:
    await ptb.send_message(siti.id, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
    assert (await siti.wait_for("&&&", since=0)).text == "&" * 4096


async def test_captions(ptb: Bot, siti: SandboxUser) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await ptb.send_document(siti.id, b"surat", filename="surat.txt", caption="a" * 1025)
    await ptb.send_document(siti.id, b"surat", filename="surat.txt", caption=f"<i>{'a' * 1024}</i>", parse_mode="HTML")


async def test_chats_that_did_not_open(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    stranger = await sandbox.add_person("Orang Asing")
    for chat_id in (stranger.id, 42):
        with pytest.raises(BadRequest, match="Chat not found"):
            await ptb.send_message(chat_id, "halo")
    await siti.share_foreign_contact(phone="62811", name="Orang Asing", user_id=stranger.id)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await ptb.send_message(stranger.id, "halo")


async def test_a_person_who_blocked_the_bot(ptb: Bot, siti: SandboxUser) -> None:
    await siti.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(siti.id, "halo")
    with pytest.raises(SandboxRefused, match="YOU_BLOCKED_USER"):
        await siti.send_text("halo")
    await siti.open_link()
    await ptb.send_message(siti.id, "halo kembali")
    updates = await ptb.get_updates()
    statuses = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert statuses == ["kicked", "member"]


async def test_edits(ptb: Bot, siti: SandboxUser) -> None:
    card = await ptb.send_message(siti.id, "satu", reply_markup=keyboard(callback_data="a"))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await card.edit_text("<b></b>satu ", parse_mode="HTML", reply_markup=keyboard(callback_data="a"))
    await card.edit_text("satu", reply_markup=keyboard(callback_data="b"))
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await ptb.edit_message_text("dua", siti.id, card.message_id + 99)
    mine = next(message for message in await siti.messages() if not message.from_bot)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await ptb.edit_message_text("dua", siti.id, mine.id)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await ptb.edit_message_caption(siti.id, card.message_id, caption="dua")


async def test_deletions(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    other = await sandbox.add_person("Budi")
    await other.open_link()
    card = await ptb.send_message(siti.id, "rahasia", protect_content=True)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await ptb.delete_message(other.id, card.message_id)
    with pytest.raises(BadRequest, match="Message can't be forwarded"):
        await ptb.forward_message(other.id, siti.id, card.message_id)
    seen = await siti.wait_for("rahasia", since=0)
    assert seen.protected
    await card.delete()
    assert (await siti.wait_gone(seen)).text == "rahasia"
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await card.delete()
    with pytest.raises(SandboxRefused, match="MESSAGE_ID_INVALID"):
        await siti.press_data("a", seen)


async def test_replies(ptb: Bot, siti: SandboxUser) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await ptb.send_message(siti.id, "halo", reply_parameters=ReplyParameters(999))
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await ptb.send_message(siti.id, "halo", reply_parameters=lenient)).reply_to_message is None


async def test_answers_to_presses(ptb: Bot, siti: SandboxUser) -> None:
    await ptb.send_message(siti.id, "kartu", reply_markup=keyboard(callback_data="a"))
    press = await siti.press("Setujui", wait=False)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await ptb.answer_callback_query(press.id, "a" * 201)
    await ptb.answer_callback_query(press.id, "a" * 200, show_alert=True)
    assert (await siti.answer_to(press)).show_alert
    for query_id in (press.id, "12345"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
            await ptb.answer_callback_query(query_id)


async def test_an_answer_that_comes_too_late() -> None:
    async with running_sandbox(query_lifetime_s=0.0) as (url, _), Sandbox(url) as sandbox:
        siti = await sandbox.add_person("Siti")
        await siti.open_link()
        async with Bot(DEFAULT_TOKEN, base_url=f"{url}/bot") as bot:
            await bot.send_message(siti.id, "kartu", reply_markup=keyboard(callback_data="a"))
            press = await siti.press("Setujui", wait=False)
            with pytest.raises(BadRequest, match="Query is too old"):
                await bot.answer_callback_query(press.id)


async def test_files_over_the_limits(ptb: Bot, siti: SandboxUser) -> None:
    await siti.send_document(b"\0" * (21 * 1024 * 1024), "besar.pdf")
    update = (await ptb.get_updates())[-1]
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await ptb.get_file(update.message.document.file_id)
    with pytest.raises(TelegramError, match="Request Entity Too Large"):
        await ptb.send_document(siti.id, io.BytesIO(b"\0" * (50 * 1024 * 1024 + 1)), filename="besar.bin")
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await ptb.send_photo(siti.id, b"bukan gambar")
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await ptb.send_photo(siti.id, png(2100, 100))


@pytest.mark.parametrize(
    ("command", "description", "reason"),
    [
        ("Menu", "Menu", "Bot_command_invalid"),
        ("a" * 33, "Menu", "Command length must not exceed 32"),
        ("menu", "", "Command description must be non-empty"),
        ("menu", "a" * 257, "Command description length must not exceed 256"),
    ],
)
async def test_commands(ptb: Bot, command: str, description: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await ptb.set_my_commands([BotCommand(command, description)])


async def test_command_menus_by_scope(sandbox: Sandbox, ptb: Bot, siti: SandboxUser) -> None:
    other = await sandbox.add_person("Budi")
    await other.open_link()
    await ptb.set_my_commands([("start", "Mulai")])
    await ptb.set_my_commands([("tugas", "Tugas")], scope=BotCommandScopeChat(siti.id))
    assert (await siti.command_names(), await other.command_names()) == (["tugas"], ["start"])
    await ptb.delete_my_commands(scope=BotCommandScopeChat(siti.id))
    assert await siti.command_names() == ["start"]
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.set_my_commands([("tugas", "Tugas")], scope=BotCommandScopeChat(42))


async def test_actions_and_reactions(ptb: Bot, siti: SandboxUser) -> None:
    mine = (await siti.messages())[0]
    await ptb.send_chat_action(siti.id, "typing")
    await ptb.set_message_reaction(siti.id, mine.id, "👍")
    assert (await siti.current(mine)).reaction == "👍"
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await ptb.send_chat_action(siti.id, "menari")
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await ptb.set_message_reaction(siti.id, mine.id, "🦄")


async def test_tokens_and_methods(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for path, answer in (
            ("1000001:wrong/getMe", {"ok": False, "error_code": 401, "description": "Unauthorized"}),
            (
                f"{DEFAULT_TOKEN}/sendUnicorn",
                {"ok": False, "error_code": 404, "description": "Not Found: method not found"},
            ),
        ):
            async with session.post(f"{sandbox.url}/bot{path}") as response:
                assert (response.status, await response.json()) == (answer["error_code"], answer)
    assert [call["code"] for call in await sandbox.refusals()] == [401, 404]


async def test_floods() -> None:
    async with running_sandbox(limits=FloodLimits(private_burst=2)) as (url, _), Sandbox(url) as sandbox:
        siti = await sandbox.add_person("Siti")
        await siti.open_link()
        async with Bot(DEFAULT_TOKEN, base_url=f"{url}/bot") as bot:
            for number in (1, 2):
                await bot.send_message(siti.id, f"pesan {number}")
            with pytest.raises(TelegramError, match="Retry in 0:00:01"):
                await bot.send_message(siti.id, "pesan 3")
