"""A rendered screen turned into calls of the Bot API."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json

from telegram import Bot, BotCommandScopeChat, InlineKeyboardMarkup, InputMediaDocument, LinkPreviewOptions
from telegram.constants import ParseMode, ReactionEmoji
from telegram.error import BadRequest, Forbidden

from bot.delivery import outcome
from bot.delivery.outcome import Covered, Sent
from bot.screens.screen import DocumentScreen, OldMessage, Screen
from bot.texts import plain
from workflows.store import outbox
from workflows.store.tables import Card, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

COMMANDS = "commands"  # kind of the row that tells a chat's list, and subject of the card that remembers which it has
LEAVE = "leave"  # kind of the row that has the bot leave a group
FILE_ANSWER_SECONDS = 180.0  # Telegram answers when it has taken the whole file, and stored it
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def target(screen: Screen | DocumentScreen, card: Card | None) -> int | None:
    """Return the message to edit, or None where a new one must be sent."""
    if isinstance(screen, DocumentScreen) or screen.fresh:
        return None
    if screen.keyboard is not None and not isinstance(screen.keyboard, InlineKeyboardMarkup):
        return None  # a reply keyboard only comes with a new message
    if screen.subject is not None:
        return card.message_id if card else None
    return screen.edit_message


async def edit(bot: Bot, row: OutboxMessage, screen: Screen, message_id: int) -> Sent | None:
    """Make a message show the screen. Return None where there is no such message any more."""
    keyboard = screen.keyboard if isinstance(screen.keyboard, InlineKeyboardMarkup) else None
    try:
        await bot.edit_message_text(
            screen.text,
            chat_id=row.chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if outcome.gone(error):
            return None
        if not outcome.not_modified(error):
            raise
    return _sent(screen, message_id)


async def send(bot: Bot, row: OutboxMessage, screen: Screen | DocumentScreen, *, thread: int = 0) -> Sent:
    """Send a new message, in a topic of a group; a line says so where the same may have come before."""
    note = f"\n\n{screen.resent_note}" if row.doubtful and screen.resent_note else ""
    if isinstance(screen, DocumentScreen):
        return await _send_file(bot, row, screen, screen.caption + note)
    message = await bot.send_message(
        row.chat_id,
        screen.text + note,
        parse_mode=ParseMode.HTML,
        reply_markup=screen.keyboard,
        protect_content=screen.protect,
        disable_notification=screen.silent,
        message_thread_id=thread or None,
        link_preview_options=NO_PREVIEW,
    )
    return _sent(screen, message.message_id)


async def cover(bot: Bot, row: OutboxMessage, screen: Screen) -> Covered:
    """Send what stands in a screen's place until it is known where."""
    covered = dataclasses.replace(screen, text=screen.cover, keyboard=None, once_sent=None)
    sent = await send(bot, row, covered)
    return Covered(message_id=sent.message_id or 0, delete_after=screen.delete_after)


async def delete(bot: Bot, row: OutboxMessage) -> Sent:
    """Take a message away, or what it says where it stays; one that is gone already is as good."""
    message_id = int(row.params["message"])
    try:
        await bot.delete_message(row.chat_id, message_id)
    except BadRequest as error:
        if outcome.stays(error):
            return await _blank(bot, row, message_id)
        if not outcome.gone(error):
            raise
    return Sent()


async def _blank(bot: Bot, row: OutboxMessage, message_id: int) -> Sent:
    """Write over a message of ours; of a person's own, which no bot can change, ask that they delete it."""
    words = plain("kiriman.dihapus")
    try:
        try:
            await bot.edit_message_text(words, chat_id=row.chat_id, message_id=message_id)
        except BadRequest as error:
            if not outcome.has_no_text(error):
                raise
            nothing = InputMediaDocument(words.encode(), filename="dihapus.txt", caption=words)
            await bot.edit_message_media(nothing, chat_id=row.chat_id, message_id=message_id)
    except BadRequest as error:
        if not outcome.gone(error):
            raise
        return Sent(once_sent=lambda work: _ask_to_delete(work, row))
    return Sent()


async def _ask_to_delete(work: UnitOfWork, row: OutboxMessage) -> None:
    await outbox.put_notice(work, row.chat_id, "kiriman.hapus_sendiri", key=f"undeleted:{row.id}")


async def strip(bot: Bot, row: OutboxMessage) -> Sent:
    """Take a message's buttons away; one that is gone or has none is as good."""
    try:
        await bot.edit_message_reply_markup(chat_id=row.chat_id, message_id=int(row.params["message"]))
    except BadRequest as error:
        if not outcome.gone(error) and not outcome.not_modified(error):
            raise
    return Sent()


async def react(bot: Bot, row: OutboxMessage) -> Sent:
    """Give what somebody sent a thumb up; where it is gone, there is nothing to confirm."""
    try:
        await bot.set_message_reaction(row.chat_id, int(row.params["message"]), ReactionEmoji.THUMBS_UP)
    except BadRequest as error:
        if not outcome.gone(error):
            raise
    return Sent()


async def leave(bot: Bot, row: OutboxMessage) -> Sent:
    """Leave a group or channel; where the bot is out already, it is as good."""
    with contextlib.suppress(BadRequest, Forbidden):
        await bot.leave_chat(row.chat_id)
    return Sent()


async def list_commands(bot: Bot, row: OutboxMessage) -> Sent:
    """Tell Telegram which commands this chat lists."""
    commands = row.params["commands"]
    await bot.set_my_commands([(name, about) for name, about in commands], scope=BotCommandScopeChat(row.chat_id))
    return Sent(message_id=0, subject=COMMANDS, shown=commands_shown(commands))


def commands_shown(commands: list[list[str]]) -> str:
    """Return a hash of a list of commands, each a name and what it does."""
    return hashlib.sha256(json.dumps(commands).encode()).hexdigest()


async def _send_file(bot: Bot, row: OutboxMessage, screen: DocumentScreen, caption: str) -> Sent:
    if screen.photo:
        message = await bot.send_photo(
            row.chat_id,
            screen.file,
            filename=screen.name,
            caption=caption or None,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            protect_content=screen.protect,
            read_timeout=FILE_ANSWER_SECONDS,
        )
    else:
        message = await bot.send_document(
            row.chat_id,
            screen.file,
            filename=screen.name,
            caption=caption or None,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            protect_content=screen.protect,
            read_timeout=FILE_ANSWER_SECONDS,
        )
    return Sent(message_id=message.message_id, delete_after=screen.delete_after, once_sent=screen.once_sent)


def _sent(screen: Screen, message_id: int) -> Sent:
    return Sent(
        message_id=message_id,
        subject=screen.subject,
        shown=screen.shown,
        last=screen.last,
        strip_old=screen.old_message is OldMessage.KEEP_WITHOUT_BUTTONS,
        delete_after=screen.delete_after,
        once_sent=screen.once_sent,
    )
