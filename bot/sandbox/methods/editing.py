"""edit…, delete… and setMessageReaction: what changes a message that is there."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import require_caption, require_text
from bot.sandbox.keyboards import Markup, parse_markup, require_inline
from bot.sandbox.methods.sending import media_content
from bot.sandbox.state import Content, Message

DELETE_MAX_AGE_S = 48 * 3600  # Bot API, deleteMessage
_REACTIONS = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "💯",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "😴",
        "😭",
        "🤓",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "👨\u200d💻",
    ]
)


async def edit_message_text(core: Core, call: Call) -> dict[str, Any]:
    """EditMessageText."""
    if not call.text("text"):
        raise bad_request("message text is empty")
    text = require_text(call.formatted("text", "entities"))
    markup, message = _edited(core, call)
    if message.content.text is None:
        raise bad_request("there is no text in the message to edit")
    return _save(core, message, Content(text=text), markup)


async def edit_message_caption(core: Core, call: Call) -> dict[str, Any]:
    """EditMessageCaption."""
    caption = require_caption(call.formatted("caption", "caption_entities"))
    markup, message = _edited(core, call)
    if not message.content.has_media:
        raise bad_request("there is no caption in the message to edit")
    return _save(core, message, dataclasses.replace(message.content, caption=caption), markup)


async def edit_message_media(core: Core, call: Call) -> dict[str, Any]:
    """EditMessageMedia."""
    item = call.json("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse input media JSON object")
    content = media_content(core, call, item)
    markup, message = _edited(core, call)
    return _save(core, message, content, markup)


async def edit_message_reply_markup(core: Core, call: Call) -> dict[str, Any]:
    """EditMessageReplyMarkup; without a keyboard it takes the present one away."""
    markup, message = _edited(core, call)
    return _save(core, message, message.content, markup)


def _edited(core: Core, call: Call) -> tuple[Markup | None, Message]:
    markup = require_inline(parse_markup(call.text("reply_markup")))
    message = _target(core, call, "edit")
    if not message.from_bot or (message.markup is not None and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    core.gate.pass_or_refuse(message.chat_id)
    return markup, message


def _save(core: Core, message: Message, content: Content, markup: Markup | None) -> dict[str, Any]:
    core.world.edit(message, content, markup)
    return core.world.bot_view(message)


def _target(core: Core, call: Call, verb: str) -> Message:
    chat_id = call.chat_id()
    core.world.reachable(chat_id)
    message_id = call.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = core.world.message_in(chat_id, message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


async def delete_message(core: Core, call: Call) -> bool:
    """DeleteMessage; in a private chat also what the person wrote, both up to 48 hours old."""
    message = _target(core, call, "delete")
    if time.time() - message.date > DELETE_MAX_AGE_S:
        raise bad_request("message can't be deleted for everyone")
    core.world.delete(message)
    return True


async def delete_messages(core: Core, call: Call) -> bool:
    """DeleteMessages: 1 to 100; those that are not there are passed over."""
    ids = call.json("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    chat_id = call.chat_id()
    core.world.reachable(chat_id)
    for message_id in ids:
        message = core.world.message_in(chat_id, int(message_id))
        if message is not None:
            core.world.delete(message)
    return True


async def set_message_reaction(core: Core, call: Call) -> bool:
    """SetMessageReaction: none, or one of Telegram's emoji."""
    message = _target(core, call, "react")
    reactions = call.json("reaction") or []
    if not isinstance(reactions, list) or not all(isinstance(item, dict) for item in reactions):
        raise bad_request("expected an Array of ReactionType")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = reactions[0].get("emoji") if reactions else None
    if reactions and (reactions[0].get("type") != "emoji" or emoji not in _REACTIONS):
        raise bad_request("REACTION_INVALID")
    core.world.react(message, emoji)
    return True


METHODS = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "setmessagereaction": set_message_reaction,
}
